//! From the place that a request is for to a connection.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use http::uri::Scheme;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::client::Connections;
use super::dial::dial;
use super::meter::Meter;
use super::metered::Metered;
use super::resolver::Resolver;
use super::stream::Stream;
use super::{Destination, Error, Policy, Settings, Target, Tls, TlsError};

/// Makes the connections of one execution: each is decided, resolved, decided again by its addresses, and made to one
/// of those.
#[derive(Clone)]
pub(super) struct Connector {
    shared: Arc<Shared>,
}

struct Shared {
    policy: Arc<dyn Policy>,
    resolver: Arc<Resolver>,
    tls: Arc<Tls>,
    /// What `tls` gives, once it is needed.
    config: OnceCell<Arc<ClientConfig>>,
    meter: Arc<Meter>,
    handles: Option<Arc<Semaphore>>,
    connections: Connections,
}

/// What a connection holds while it is open.
pub(super) struct Held {
    _connection: OwnedSemaphorePermit,
    /// One of the files that may be open.
    _handle: Option<OwnedSemaphorePermit>,
}

impl Connector {
    pub(super) fn new(
        resolver: Arc<Resolver>,
        settings: &Settings,
        meter: Arc<Meter>,
        connections: Connections,
    ) -> Connector {
        let Settings { policy, tls, handles, .. } = settings;
        let (policy, tls, handles) = (policy.clone(), tls.clone(), handles.clone());
        let config = OnceCell::new();
        Connector { shared: Arc::new(Shared { policy, resolver, tls, config, meter, handles, connections }) }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Stream>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, place: Uri) -> Self::Future {
        let shared = self.shared.clone();
        Box::pin(async move { shared.connect(&place).await.map(TokioIo::new) })
    }
}

impl Shared {
    async fn connect(&self, place: &Uri) -> Result<Stream, Error> {
        let host = place.host().ok_or_else(|| Error::Url("it names no host".to_owned()))?;
        let secure = place.scheme() == Some(&Scheme::HTTPS);
        let port = place.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let destination = self.policy.destination(host, port).map_err(Error::Denied)?;
        let addresses = self.addresses(&destination).await?;
        self.meter.operation();
        let held = Held { _connection: self.connections.one_more()?, _handle: self.handle()? };
        let stream = dial(&addresses, destination.port).await.map_err(Error::Connect)?;
        let stream = Metered::new(stream, self.meter.clone(), held);
        if !secure {
            return Ok(Stream::Plain(stream));
        }
        let config = self.config.get_or_try_init(|| async { self.tls.config() }).await.map_err(Error::Tls)?;
        // The name that the guest asked for, wherever the connection leads.
        let name = host.trim_matches(['[', ']']).trim_end_matches('.').to_owned();
        let name =
            ServerName::try_from(name).map_err(|error| Error::Tls(TlsError::Other(error.to_string())))?;
        let stream = TlsConnector::from(config.clone()).connect(name, stream).await;
        let stream = stream.map_err(|error| Error::Tls(TlsError::of(&error)))?;
        Ok(Stream::Tls(Box::new(stream)))
    }

    /// One of the files that may be open, where they are counted.
    fn handle(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let taken = self.handles.clone().map(Semaphore::try_acquire_owned).transpose();
        taken.map_err(|_| Error::Full("all files that may be open are open".to_owned()))
    }

    /// The addresses that a destination stands for and that may be connected to.
    async fn addresses(&self, destination: &Destination) -> Result<Vec<IpAddr>, Error> {
        let found = match &destination.target {
            Target::Address(address) => [*address].into(),
            Target::Name(name) => self.resolver.resolve(name).await?,
        };
        let mut allowed = Vec::with_capacity(found.len());
        let mut refused = None;
        // An address of version 4 in the clothes of version 6 is decided about, and connected, as what it is.
        for address in found.iter().map(IpAddr::to_canonical) {
            match self.policy.address(destination, address) {
                Ok(()) => allowed.push(address),
                Err(denied) => {
                    refused.get_or_insert(denied);
                }
            }
        }
        match refused {
            Some(denied) if allowed.is_empty() => return Err(Error::Denied(denied)),
            _ => {}
        }
        if let Target::Name(_) = destination.target {
            self.policy.resolved(destination, &allowed);
        }
        Ok(allowed)
    }
}
