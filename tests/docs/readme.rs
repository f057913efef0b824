//! The first page.

use crate::page::Page;

#[test]
fn the_readme_is_short() {
    let bytes = Page::read("README.md").text.len();
    assert!(bytes <= 9_500, "{bytes} bytes: docs/ has room for more");
}
