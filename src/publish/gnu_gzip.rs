//! GNU gzip, the program: the registry's archives went through it, so only it can make them
//! again. What patcher publishes goes through `publish::archive`.

use crate::support::environment::Environment;
use crate::support::failure::Result;
use crate::support::process::Call;

/// GNU gzip on this machine.
#[derive(Clone, Debug)]
pub struct GnuGzip(Call);

impl GnuGzip {
    /// The program, if it is here: there are others of that name.
    pub fn find(env: &Environment) -> Option<Self> {
        let call = Call::new(env.find_program("gzip")?, env.directory());
        let call = Call { env: env.only(|name| name == "PATH"), ..call };
        let version = call.clone().args(["--version"]).run().ok()?;
        let is_gnu = String::from_utf8_lossy(&version.stdout).contains("Free Software Foundation");
        is_gnu.then_some(Self(call))
    }

    /// What `gzip` makes of these bytes.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn compress(&self, bytes: Vec<u8>) -> Result<Vec<u8>> {
        Ok(Call { stdin: bytes, ..self.0.clone() }.run()?.stdout)
    }
}
