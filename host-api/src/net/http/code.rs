//! What components are told of what fails, in the codes of `wasi:http`.

use std::io::ErrorKind;

use wasmtime_wasi_http::Error as Code;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

use crate::net::{Error, TlsError, Unresolved};

/// The code of an error. The guest learns no more: what the user reads says more than that of this machine.
pub(super) fn of(error: Error) -> Code {
    match error {
        Error::Url(_) => Code::HttpRequestUriInvalid,
        Error::Denied(_) | Error::Spent => Code::HttpRequestDenied,
        Error::Full(_) => Code::ConnectionLimitReached,
        Error::Resolve { kind: Unresolved::TimedOut, .. } => Code::DnsTimeout,
        Error::Resolve { kind: Unresolved::Code(code), .. } => dns(Some(code)),
        Error::Resolve { kind: Unresolved::Other, .. } => dns(None),
        Error::Connect(error) => connect(error.kind()),
        Error::Tls(TlsError::Certificate(_)) => Code::TlsCertificateError,
        Error::Tls(TlsError::Alert { number, name, .. }) => {
            Code::TlsAlertReceived { alert_id: Some(number), alert_message: name.map(str::to_owned) }
        }
        Error::Tls(TlsError::Other(_)) => Code::TlsProtocolError,
        Error::Ended(_) => Code::ConnectionTerminated,
        Error::TooManyHeaders => Code::HttpResponseHeaderSectionSize(None),
        Error::Http(_) => Code::HttpProtocolError,
        Error::Incomplete(_) => Code::HttpResponseIncomplete,
        Error::Stalled => Code::ConnectionReadTimeout,
        Error::TimedOut => Code::HttpResponseTimeout,
        Error::TooLarge(most) => Code::HttpResponseBodySize(Some(most)),
        Error::Length { sent, .. } => Code::HttpRequestBodySize(Some(sent)),
        // What the guest itself gave as the reason, or what wasmtime's crate did.
        Error::Body(error) => {
            error.downcast().map_or_else(|error| Code::InternalError(Some(error.to_string())), |code| *code)
        }
    }
}

/// The code of what made a stream fail, if it was a request: one that wasmtime's crate made, or that of an answer's body.
pub(super) fn of_stream(error: &wasmtime::Error) -> Option<ErrorCode> {
    let of_answer = |code: &Code| match code {
        Code::ConnectionReadTimeout => ErrorCode::ConnectionReadTimeout,
        Code::HttpRequestDenied => ErrorCode::HttpRequestDenied,
        Code::HttpResponseIncomplete => ErrorCode::HttpResponseIncomplete,
        Code::HttpProtocolError => ErrorCode::HttpProtocolError,
        code => ErrorCode::InternalError(Some(code.to_string())),
    };
    error.downcast_ref::<ErrorCode>().cloned().or_else(|| error.downcast_ref().map(of_answer))
}

fn dns(rcode: Option<&str>) -> Code {
    Code::DnsError { rcode: rcode.map(str::to_owned), info_code: None }
}

fn connect(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::ConnectionRefused => Code::ConnectionRefused,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => Code::ConnectionTerminated,
        ErrorKind::TimedOut => Code::ConnectionTimeout,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            Code::DestinationIpUnroutable
        }
        _ => Code::DestinationUnavailable,
    }
}
