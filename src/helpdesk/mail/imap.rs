//! The mailbox into which answers come. It is only read: nothing is moved, marked or deleted, so that a person can
//! read it too.

use std::{fmt, sync::Arc, time::Duration};

use async_imap::{Client, Session, types::Mailbox};
use futures_util::TryStreamExt as _;
use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    config::{MailAccess, MailServer, MailTls},
    helpdesk::Fault,
};

const CONNECT: Duration = Duration::from_secs(15);
/// Longest mail that is read as a whole, bytes; of a longer one its beginning.
const WHOLE: u32 = 1024 * 1024;
const BEGINNING: u32 = 256 * 1024;
/// Results of a search that are looked at.
const MOST_HITS: usize = 20;

/// An open mailbox.
pub(super) struct Inbox {
    session: Session<TlsStream<TcpStream>>,
    pub state: Mailbox,
    patience: Duration,
}

/// Opens the folder to read.
pub(super) async fn open(access: &MailAccess, server: &MailServer) -> Result<Inbox, Fault> {
    let limit = CONNECT.min(access.timeout);
    match timeout(limit, begin(access, server)).await {
        Ok(Ok((session, state))) => Ok(Inbox { session, state, patience: access.timeout }),
        Ok(Err(fault)) => Err(fault),
        Err(_) => Err(away("the mailbox does not answer in time")),
    }
}

async fn begin(access: &MailAccess, server: &MailServer) -> Result<(Session<TlsStream<TcpStream>>, Mailbox), Fault> {
    let Some((login, password)) = &server.login else { return Err(Fault::Refused("the mailbox has no login".into())) };
    let connector = TlsConnector::from(Arc::new(tls(&access.ca).map_err(Fault::Refused)?));
    let name = ServerName::try_from(server.host.clone()).map_err(|_| Fault::Refused("imap.host is no name".into()))?;
    let stream = TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|error| broken(&error))?;
    let stream = match server.tls {
        MailTls::Tls => stream,
        MailTls::StartTls => {
            let mut client = Client::new(stream);
            client.read_response().await.map_err(|error| broken(&error))?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| fault(&error))?;
            client.into_inner()
        }
    };
    // A certificate that is not trusted does not become so by waiting.
    let stream = connector.connect(name, stream).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Fault::Refused(format!("TLS with the mailbox: {error}")),
        _ => broken(&error),
    })?;
    let mut client = Client::new(stream);
    if server.tls == MailTls::Tls {
        client.read_response().await.map_err(|error| broken(&error))?;
    }
    let mut session = client.login(login, password.expose()).await.map_err(|(error, _)| fault(&error))?;
    let state = session.examine(&server.folder).await.map_err(|error| fault(&error))?;
    Ok((session, state))
}

impl Inbox {
    /// The latest mails in which a header holds this text; it must consist of letters, digits, `-`, `.`, `@` or `<`.
    pub(super) async fn search(&mut self, header: &str, text: &str) -> Result<Vec<u32>, Fault> {
        let fits = |ch: char| ch.is_ascii_alphanumeric() || "-.@<_".contains(ch);
        if text.is_empty() || !text.chars().all(fits) {
            return Ok(Vec::new());
        }
        let query = format!("HEADER {header} \"{text}\"");
        let found = self.patient(async |session| session.uid_search(&query).await).await?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found.split_off(found.len().saturating_sub(MOST_HITS)))
    }

    /// Headers of a mail.
    pub(super) async fn head(&mut self, uid: u32) -> Result<Vec<u8>, Fault> {
        self.one(uid, "BODY.PEEK[HEADER]").await
    }

    /// A mail, or the beginning of a long one.
    pub(super) async fn mail(&mut self, uid: u32, size: u32) -> Result<Vec<u8>, Fault> {
        if size <= WHOLE {
            return self.one(uid, "BODY.PEEK[]").await;
        }
        self.one(uid, &format!("BODY.PEEK[]<0.{BEGINNING}>")).await
    }

    /// Number and size of the mails behind `uid`, oldest first.
    pub(super) async fn behind(&mut self, uid: u32) -> Result<Vec<(u32, u32)>, Fault> {
        let range = format!("{}:*", uid.saturating_add(1));
        let found: Vec<_> = self
            .patient(async |session| session.uid_fetch(&range, "(UID RFC822.SIZE)").await?.try_collect().await)
            .await?;
        let mut found: Vec<(u32, u32)> = found
            .iter()
            .filter_map(|one: &async_imap::types::Fetch| Some((one.uid?, one.size.unwrap_or(u32::MAX))))
            .collect();
        // `n:*` gives the last mail also where its number is lower.
        found.retain(|(one, _)| *one > uid);
        found.sort_unstable();
        Ok(found)
    }

    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }

    async fn one(&mut self, uid: u32, what: &str) -> Result<Vec<u8>, Fault> {
        let (uid, what) = (uid.to_string(), format!("(UID {what})"));
        let found: Vec<async_imap::types::Fetch> =
            self.patient(async |session| session.uid_fetch(&uid, &what).await?.try_collect().await).await?;
        // Somebody may have removed it meanwhile.
        Ok(found.iter().find_map(|one| one.body().or_else(|| one.header())).unwrap_or_default().to_vec())
    }

    async fn patient<T>(
        &mut self,
        act: impl AsyncFnOnce(&mut Session<TlsStream<TcpStream>>) -> async_imap::error::Result<T>,
    ) -> Result<T, Fault> {
        match timeout(self.patience, act(&mut self.session)).await {
            Ok(done) => done.map_err(|error| fault(&error)),
            Err(_) => Err(away("the mailbox does not answer in time")),
        }
    }
}

/// The machine's certificates and those of the configuration.
fn tls(ca: &[u8]) -> Result<ClientConfig, String> {
    let text = |error: &dyn fmt::Display| error.to_string();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let own: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(ca).collect::<Result<_, _>>().map_err(|error| text(&error))?;
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(&provider))
        .map_err(|error| text(&error))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| text(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn away(why: &str) -> Fault {
    Fault::Unavailable { why: why.to_owned(), after: None }
}

fn broken(error: &std::io::Error) -> Fault {
    away(&format!("no connection to the mailbox: {}", error.kind()))
}

/// What a server says in words may repeat what we sent.
fn fault(error: &async_imap::error::Error) -> Fault {
    use async_imap::error::Error;
    match error {
        Error::No(_) => Fault::Refused("the mailbox refuses login or folder".into()),
        Error::Bad(_) | Error::Validate(_) => Fault::Refused("the mailbox does not understand us".into()),
        Error::Io(error) => broken(error),
        _ => away("the connection to the mailbox broke"),
    }
}
