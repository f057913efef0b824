//! Texts from templates, strictly: a name that is not defined is an error.

use serde::Serialize;
use tera::{Context, Tera};

/// A template, with the parts that it includes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template<'a> {
    /// Its ending decides what is escaped: only `.xml` and `.html` are.
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// The parts by their names. The line end of a part's file is not part of it.
    pub(crate) parts: &'a [(&'a str, &'a str)],
}

impl Template<'_> {
    /// # Errors
    ///
    /// The template does not fit its data, which is a defect of patcher.
    pub(crate) fn render(&self, data: &impl Serialize) -> tera::TeraResult<String> {
        let mut tera = Tera::new();
        tera.autoescape_on([".xml", ".html"]);
        for (part, text) in self.parts {
            tera.add_raw_template(part, text.trim_end())?;
        }
        tera.add_raw_template(self.name, self.text)?;
        tera.render(self.name, &Context::from_serialize(data)?)
    }
}
