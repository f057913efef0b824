//! `patcher export`

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::Export;
use crate::project::scenario::Side;
use crate::publish::export::{ExportOptions, export};
use crate::support::failure::Result;
use crate::support::releases::ReleaseChoice;
use crate::support::writing::Writing;

pub(super) fn run(context: &Context, args: &Export) -> Result<()> {
    let options = ExportOptions {
        directory: args.directory.clone(),
        release: args.release.and_then(ReleaseChoice::named),
        side: if args.unpatched { Side::Unpatched } else { Side::Patched },
        writing: args.write.writing(),
    };
    let exported = export(&context.site(), &options)?;
    if options.writing == Writing::LeftOut {
        let would_write = WouldWrite::new(exported.written.clone());
        return would_write.print(context, args.write, &exported);
    }
    let (module, version) = (&exported.module, &exported.version);
    let to = args.directory.display();
    context.ui.summary(&format!("{module} {version} is in {to}"));
    context.ui.data("", &exported);
    Ok(())
}
