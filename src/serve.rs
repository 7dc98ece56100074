//! `dayfly serve`: answers HTTP requests with functions.

mod files;
mod signals;
mod sources;
mod traces;
mod watch;
mod words;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use dayfly::serve::{
    AccessLog, Address, Bounds, Error as ServerError, Form, GuestLog, Server, Stop, Tls, TlsError,
};
use dayfly::{Runtime, Site, Status};

use sources::Sources;
use words::Words;

use crate::cli::{LogForm, ServeArguments};
use crate::run::Refused;
use crate::say::say;
use crate::{compile_child, home, notices};

pub(crate) fn serve(arguments: ServeArguments) -> ExitCode {
    let arguments = Arc::new(arguments);
    if !arguments.quiet {
        notices::listen();
    }
    match try_serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            if let Some(message) = &refused.message {
                say(message);
            }
            ExitCode::from(refused.exit)
        }
    }
}

fn try_serve(arguments: &Arc<ServeArguments>) -> Result<(), Refused> {
    // Where it can't be raised, connections wait for others to close.
    let _ = dayfly::raise_open_files();
    let runtime = runtime(arguments)?;
    // Signals are heard from now on: what takes long at the start can be stopped as well.
    let stop = Stop::new();
    signals::stop_on_signals(&stop).map_err(|error| Refused::fault(error.to_string()))?;
    let mut sources = Sources::default();
    let table = match files::table(&runtime, arguments, &mut sources, &stop.token()) {
        // It was told to stop before it had begun, and did.
        Err(refused) if refused.status == Status::Cancelled => return Ok(()),
        table => table?,
    };
    let site = Site::new(table);
    let server = server(arguments, &site)?;
    let words = Words::new(&server, arguments);
    if !arguments.quiet {
        words.announce(&server, &site.table());
    }
    let watch = (!arguments.no_watch).then(|| {
        watch::watch(runtime.clone(), arguments.clone(), site.clone(), sources, words, stop.token())
    });
    let _watch = watch.transpose().map_err(|error| Refused::fault(error.to_string()))?;
    server.run(|| site.clone(), &stop).map_err(|error| refused(&error))
}

fn runtime(arguments: &ServeArguments) -> Result<Runtime, Refused> {
    let builder = home::runtime(&arguments.policy.label).map_err(Refused::unusable)?;
    let builder = builder.wasi03(arguments.policy.wasi03).for_functions(true);
    let builder = builder.compiler(compile_child::compiler(&arguments.compiling));
    builder.build().map_err(|error| Refused::fault(error.to_string()))
}

fn server(arguments: &ServeArguments, site: &Site) -> Result<Server, Refused> {
    let bounds = Bounds { grace: arguments.grace, wait: arguments.wait, ..Bounds::default() };
    let mut builder = Server::builder().bounds(bounds).usage(arguments.usage);
    let tls = tls(arguments)?;
    for address in &arguments.listen {
        builder = match &tls {
            // Nobody listens in between on a socket of this machine.
            Some(tls) if !matches!(address, Address::Unix(_)) => {
                builder.listen_tls(address.clone(), tls.clone())
            }
            _ => builder.listen(address.clone()),
        };
    }
    if let Some(address) = &arguments.admin {
        let site = site.clone();
        builder = builder.admin(address.clone()).room(move || site.room());
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
    if !arguments.quiet {
        let log = GuestLog::start(io::stderr());
        builder = builder.guest_log(log.map_err(|error| Refused::fault(error.to_string()))?);
    }
    if let Some(traces) = traces::traces(arguments)? {
        builder = builder.traces(traces);
    }
    builder.bind().map_err(|error| refused(&error))
}

/// The certificate that is shown, if there is to be one.
fn tls(arguments: &ServeArguments) -> Result<Option<Tls>, Refused> {
    let (Some(certificate), Some(key)) = (&arguments.tls_cert, &arguments.tls_key) else { return Ok(None) };
    let report = |reloaded: Result<(), &TlsError>| match reloaded {
        Ok(()) => say("the certificate was read again"),
        Err(error) => say(&format!("the certificate from before goes on: {error}")),
    };
    let loaded = Tls::load(certificate, key, report);
    loaded.map(Some).map_err(|error| Refused::invalid(error.to_string()))
}

fn refused(error: &ServerError) -> Refused {
    match error {
        ServerError::Thread(_) => Refused::fault(error.to_string()),
        _ => Refused::unavailable(error.to_string()),
    }
}
