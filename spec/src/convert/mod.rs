//! From a job back to text: the same job in another form.

mod bacalhau;
mod fields;
mod writer;

use crate::model::{Data, Job};
use crate::{Diagnostic, print};

use writer::Writer;

/// The dialects that [`convert()`] writes.
pub const CONVERSIONS: &[&str] = &["bacalhau"];

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

/// Writes a job in a dialect's newest form: for `bacalhau`, the current one (`Name`, `Type`, `Tasks`). The text reads
/// as an equal job, but for the places that its parts come from. Relative paths stay as they are, and so mean another
/// place in another folder. The last line has its end.
///
/// ```
/// use dayfly_spec::model::Job;
/// use dayfly_spec::{Format, convert};
///
/// let old = Job::parse("Spec:\n  Engine: Docker\n  Docker: {Image: ubuntu, Entrypoint: [date]}\n")?;
/// let new = convert(&old, "bacalhau", Format::Yaml).unwrap_or_default();
/// assert!(new.starts_with("Type: batch\nTasks:\n  - Name: main\n    Engine:\n      Type: docker\n"));
/// # Ok::<(), dayfly_spec::Error>(())
/// ```
///
/// # Errors
/// What the dialect has no words for, each with its place in the file that the job was read from. A dialect that isn't
/// one of [`CONVERSIONS`] has no words for any job.
pub fn convert(job: &Job, dialect: &str, format: Format) -> Result<String, Vec<Diagnostic>> {
    let mut writer = Writer::new(format);
    let data = match dialect {
        "bacalhau" => writer.bacalhau(job),
        other => {
            writer.no_equivalent(&job.kind.origin, &format!("a job can't be written as `{other}`"));
            Data::Null
        }
    };
    writer.finish()?;
    Ok(match format {
        Format::Yaml => print::yaml(&data),
        Format::Json => print::json(&data),
    })
}
