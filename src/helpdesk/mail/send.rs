//! Handing a mail in. Until the message itself is sent nothing is taken for certain; from then on, what is not
//! answered is doubtful. The login is sent over TLS or not at all.

use std::time::Duration;

use lettre::{
    Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use tokio::time::timeout;

use super::letter::domain;
use crate::{
    config::{MailAccess, MailTls},
    helpdesk::Fault,
};

/// Longest time until the server has our login.
const CONNECT: Duration = Duration::from_secs(20);

/// Connects and logs in.
pub(super) async fn connect(access: &MailAccess) -> Result<AsyncSmtpConnection, Fault> {
    match timeout(CONNECT.min(access.timeout), begin(access)).await {
        Ok(connection) => connection,
        Err(_) => Err(away("the mail server does not answer in time")),
    }
}

async fn begin(access: &MailAccess) -> Result<AsyncSmtpConnection, Fault> {
    let server = &access.smtp;
    let hello = ClientId::Domain(domain(&access.from).to_owned());
    let mut tls = TlsParameters::builder(server.host.clone());
    if !access.ca.is_empty() {
        tls = tls.add_root_certificate(Certificate::from_pem(&access.ca).map_err(|error| refused(&error))?);
    }
    let tls = tls.build_rustls().map_err(|error| refused(&error))?;
    let at_once = (server.tls == MailTls::Tls).then(|| tls.clone());
    let place = (server.host.as_str(), server.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT), &hello, at_once, None)
        .await
        .map_err(|error| before(&error))?;
    if server.tls == MailTls::StartTls {
        if !connection.can_starttls() {
            return Err(Fault::Refused("the mail server offers no STARTTLS".into()));
        }
        connection.starttls(tls, &hello).await.map_err(|error| before(&error))?;
    }
    if let Some((login, password)) = &server.login {
        let credentials = Credentials::new(login.clone(), password.expose().to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(|error| before(&error))?;
    }
    Ok(connection)
}

/// Sends to the helpdesk, and to ourselves where the copy can be looked up.
pub(super) async fn send(access: &MailAccess, message: &Message) -> Result<(), Fault> {
    let mut connection = connect(access).await?;
    let raw = message.formatted();
    match timeout(access.timeout, envelope(access, &mut connection, &raw)).await {
        Ok(done) => done?,
        Err(_) => return Err(away("the mail server does not answer in time")),
    }
    match timeout(access.timeout, connection.message(&raw)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) if error.is_transient() => return Err(away(&said(&error))),
        Ok(Err(error)) if error.is_permanent() => return Err(Fault::Unacceptable(said(&error))),
        Ok(Err(error)) => return Err(Fault::Doubtful(said(&error))),
        Err(_) => return Err(Fault::Doubtful("the mail server does not say whether it took the mail".into())),
    }
    // It is taken, however the goodbye goes.
    let _ = timeout(Duration::from_secs(2), connection.quit()).await;
    Ok(())
}

async fn envelope(access: &MailAccess, connection: &mut AsyncSmtpConnection, raw: &[u8]) -> Result<(), Fault> {
    let address =
        |text: &str| text.parse::<lettre::Address>().map_err(|_| Fault::Refused(format!("\"{text}\" is no address")));
    let (from, to) = (address(&access.from)?, address(&access.to)?);
    let mut parameters = Vec::new();
    if !raw.is_ascii() {
        if !connection.server_info().supports_feature(Extension::EightBitMime) {
            return Err(Fault::Refused("the mail server takes no 8-bit mails".into()));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    connection.command(Mail::new(Some(from.clone()), parameters)).await.map_err(|error| before(&error))?;
    connection.command(Rcpt::new(to, Vec::new())).await.map_err(|error| before(&error))?;
    if access.imap.is_some() {
        // Without the copy it is the autoreply alone that confirms.
        match connection.command(Rcpt::new(from, Vec::new())).await {
            Ok(_) => {}
            Err(error) if error.is_permanent() || error.is_transient() => {
                tracing::warn!("the mail server takes no copy for our own address");
            }
            Err(error) => return Err(before(&error)),
        }
    }
    connection.command(Data).await.map_err(|error| before(&error))?;
    Ok(())
}

/// A failure before the message was sent: nothing was taken. What a server refuses for good there is our login or
/// an address, so somebody must look at the configuration.
fn before(error: &Error) -> Fault {
    // A certificate that is not trusted does not become so by waiting.
    let mut sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let distrusted = sources.any(|source| source.to_string().contains("certificate"));
    if distrusted || error.is_permanent() || error.is_tls() || error.is_client() {
        refused(error)
    } else {
        away(&said(error))
    }
}

fn refused(error: &Error) -> Fault {
    Fault::Refused(said(error))
}

fn away(why: &str) -> Fault {
    Fault::Unavailable { why: why.to_owned(), after: None }
}

/// The code, or what broke. What a server says in words may repeat addresses.
fn said(error: &Error) -> String {
    if let Some(code) = error.status() {
        return format!("the mail server says {code}");
    }
    let kind = match error {
        error if error.is_tls() => "TLS with the mail server",
        error if error.is_timeout() => "the mail server does not answer in time",
        error if error.is_client() => "the mail server cannot do what is needed",
        _ => "the connection to the mail server broke",
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{kind}{cause}").chars().take(200).collect()
}
