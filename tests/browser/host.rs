//! A school's own web page, on an origin of its own, with the strictest rules that a
//! page may have: no styles at all, Trusted Types, scripts and connections only from
//! named places. It notes every breach of them.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use thirtyfour::WebDriver;

/// Notes what the browser refuses, before anything else runs.
const WATCH: &str = "window.breaches = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.breaches.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));";

/// The page's server; it ends with the test program.
pub(crate) struct Host {
    address: SocketAddr,
}

impl Host {
    /// Serves a page that embeds the chat of `help`; `/rahmen`, which shows its page in a frame; and `/pruefung`, which
    /// tests what the first does.
    pub(crate) fn with(help: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let socket = help.replacen("http", "ws", 1);
        let rules = format!(
            "default-src 'none'; script-src 'self' {help}; style-src 'none'; connect-src {help} {socket}; img-src 'self' {help}; frame-src {help}; \
             base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let page = format!(
            "<!doctype html><html lang=de><meta charset=utf-8><meta name=viewport content='width=device-width'>\
             <title>Grundschule am Beispielweg</title><script src=/watch.js></script>\
             <script type=module src='{help}/widget.js'></script>\
             <main><h1>Grundschule am Beispielweg</h1><p>Willkommen auf unserer Seite. <a href=/andere>Termine</a></p></main>\
             <schul-hilfe school=ge-moewenstrasse lang=de theme=auto></schul-hilfe></html>"
        );
        let tested = page
            .replace("<main>", "<main><div id=schul-hilfe-test></div>")
            .replace("</html>", &format!("<script type=module src='{help}/assets/check.js'></script></html>"));
        let framed = format!(
            "<!doctype html><html lang=de><meta charset=utf-8><title>Hilfe</title><h1>Hilfe</h1>\
             <iframe title='Schul-IT-Hilfe' width=600 height=600 src='{help}/chat?school=ge-moewenstrasse'></iframe></html>"
        );
        let served = Arc::new([rules, page, framed, tested]);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let served = Arc::clone(&served);
                thread::spawn(move || answer(&stream, &served));
            }
        });
        Ok(Self { address })
    }

    /// Scheme, host and port, as a browser names them. Another host than the server's, not only another port.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// What the page's rules forbade so far.
    pub(crate) async fn breaches(browser: &WebDriver) -> anyhow::Result<Vec<String>> {
        Ok(browser.execute("return window.breaches;", vec![]).await?.convert()?)
    }
}

fn answer(stream: &TcpStream, [rules, page, framed, tested]: &[String; 4]) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    // Up to the empty line: what is left unread would reset the connection.
    let _ = lines.take_while(|line| !line.is_empty()).count();
    let (kind, body) = match request.split(' ').nth(1) {
        Some("/watch.js") => ("text/javascript", WATCH),
        Some("/rahmen") => ("text/html", framed.as_str()),
        Some("/pruefung") => ("text/html", tested.as_str()),
        _ => ("text/html", page.as_str()),
    };
    let mut stream = stream;
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nContent-Security-Policy: {rules}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
