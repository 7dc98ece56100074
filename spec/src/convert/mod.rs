//! From a job back to text: the same job in another form.

mod bacalhau;
mod conversion;
mod members;

use crate::model::Job;
use crate::{Diagnostic, Dialect, print};

use conversion::Conversion;

/// How a job file is laid out.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// YAML, in blocks.
    #[default]
    Yaml,
    /// JSON.
    Json,
}

/// Writes a job in a dialect's newest form: of [`Dialect::Bacalhau`], the current one (`Name`, `Type`, `Tasks`). The text reads
/// as an equal job, but for the places that its parts come from. Relative paths stay as they are, and so mean another
/// place in another folder. The last line has its end.
///
/// ```
/// use dayfly_spec::model::Job;
/// use dayfly_spec::{Dialect, Format, convert};
///
/// let old = Job::parse("Spec:\n  Engine: Docker\n  Docker: {Image: ubuntu, Entrypoint: [date]}\n")?;
/// let new = convert(&old, Dialect::Bacalhau, Format::Yaml).unwrap_or_default();
/// assert!(new.starts_with("Type: batch\nTasks:\n  - Name: main\n    Engine:\n      Type: docker\n"));
/// # Ok::<(), dayfly_spec::Error>(())
/// ```
///
/// # Errors
/// What the dialect has no words for, each with its place in the file that the job was read from.
pub fn convert(job: &Job, dialect: Dialect, format: Format) -> Result<String, Vec<Diagnostic>> {
    let mut conversion = Conversion::new(format);
    let data = match dialect {
        Dialect::Bacalhau => conversion.bacalhau(job),
    };
    conversion.finish()?;
    Ok(match format {
        Format::Yaml => print::yaml(&data),
        Format::Json => print::json(&data),
    })
}
