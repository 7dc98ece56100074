//! The forms that job files come in, and their lowering into the one model.

mod bacalhau;
mod detect;
mod template;

use detect::Dialect;

use crate::decode::{At, Context};
use crate::model::Job;
use crate::reader::Node;
use crate::{Code, Diagnostic, Source, reader};

/// Reads a file: finds its form and lowers it.
pub(crate) fn read(source: &Source, context: &mut Context<'_>) -> Option<Job> {
    let template = template::find(source.text());
    let tree = reader::read(source, context);
    let dialect = tree.as_ref().map(detect::detect);
    // A template is no job file until it is rendered: whatever else is wrong with it may be right by then.
    if let (Some(span), None | Some(Dialect::Bacalhau | Dialect::None)) = (template, dialect) {
        context.split_off(0);
        context.report(
            Diagnostic::error(Code::Template, span, "templates are not rendered yet")
                .label("a placeholder of Go's templates")
                .help("put the value in its place"),
        );
        return None;
    }
    lower(&tree?, dialect?, context)
}

fn lower(tree: &Node<'_>, dialect: Dialect, context: &mut Context<'_>) -> Option<Job> {
    match dialect {
        Dialect::Bacalhau => bacalhau::current::lower(&At::root(tree), context),
        Dialect::None => {
            let message = "this is none of the job forms";
            let help = "a job has a `Name`, a `Type` and `Tasks`";
            context.report(Diagnostic::error(Code::NoJobForm, detect::place(tree), message).help(help));
            None
        }
        Dialect::NotYet(name) => {
            let message = format!("this is {name}, which dayfly does not read yet");
            let help = "Bacalhau's current form (`Name`, `Type`, `Tasks`) is read";
            context.report(Diagnostic::error(Code::DialectNotRead, detect::place(tree), message).help(help));
            None
        }
    }
}
