//! `dayfly serve`: answers HTTP requests with functions.

mod files;
mod signals;

use std::io;
use std::process::ExitCode;

use dayfly::serve::{AccessLog, Address, Bounds, Error as ServerError, Form, Server, Stop};
use dayfly::{Runtime, Site};

use crate::cli::{LogForm, ServeArguments};
use crate::run::Refused;
use crate::say::say;
use crate::{compile_child, home, notices};

pub(crate) fn serve(arguments: &ServeArguments) -> ExitCode {
    if !arguments.quiet {
        notices::listen();
    }
    match try_serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            ExitCode::from(refused.exit)
        }
    }
}

fn try_serve(arguments: &ServeArguments) -> Result<(), Refused> {
    // Where it can't be raised, connections wait for others to close.
    let _ = dayfly::raise_open_files();
    let runtime = runtime(arguments)?;
    // Signals are heard from now on: what takes long at the start can be stopped as well.
    let stop = Stop::new();
    signals::stop_on_signals(&stop).map_err(|error| Refused::fault(error.to_string()))?;
    let site = Site::new(files::table(&runtime, arguments)?);
    let server = server(arguments)?;
    if !arguments.quiet {
        announce(&server, &site);
    }
    server.run(|| site.clone(), &stop).map_err(|error| refused(&error))
}

fn runtime(arguments: &ServeArguments) -> Result<Runtime, Refused> {
    let builder = home::runtime(&arguments.policy.label).map_err(Refused::unusable)?;
    let builder =
        builder.wasi03(arguments.policy.wasi03).compiler(compile_child::compiler(&arguments.compiling));
    builder.build().map_err(|error| Refused::fault(error.to_string()))
}

fn server(arguments: &ServeArguments) -> Result<Server, Refused> {
    let mut builder = Server::builder().bounds(Bounds { grace: arguments.grace, ..Bounds::default() });
    for address in &arguments.listen {
        builder = builder.listen(address.clone());
    }
    if let Some(threads) = arguments.threads {
        builder = builder.threads(threads);
    }
    let form = match arguments.log {
        LogForm::Text => Some(Form::Text),
        LogForm::Json => Some(Form::Json),
        LogForm::None => None,
    };
    if let Some(form) = form {
        let log = AccessLog::start(form, io::stdout());
        builder = builder.log(log.map_err(|error| Refused::fault(error.to_string()))?);
    }
    builder.bind().map_err(|error| refused(&error))
}

/// Says where it listens, and what is there.
fn announce(server: &Server, site: &Site) {
    for address in server.addresses() {
        match address {
            Address::Tcp(address) => say(&format!("listening on http://{address}/")),
            other => say(&format!("listening on {other}")),
        }
    }
    for (route, function) in site.table().routes() {
        say(&format!("  {route}  {function}"));
    }
}

fn refused(error: &ServerError) -> Refused {
    match error {
        ServerError::Thread(_) => Refused::fault(error.to_string()),
        _ => Refused::unavailable(error.to_string()),
    }
}
