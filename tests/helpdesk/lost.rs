//! Answers that get lost between Request Tracker and us: whatever the connector says then must be true.

use schullotse::helpdesk::Fault;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::systems::{Rt, fresh, report, soon, system};

/// What the line does with the one request that it carries.
#[derive(Clone, Copy, Debug)]
enum Line {
    Whole,
    /// The caller hangs up before the request is through.
    CutBefore,
    /// The request arrives; the answer does not.
    CutAfter,
    /// The answer ends in its middle.
    Half,
    /// Somebody else answers.
    Garbage,
}

/// A line to Request Tracker; gives its address.
async fn line(rt: &Rt, line: Line) -> String {
    let there = rt.url.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let there = there.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                let size = near.read(&mut request).await.unwrap_or(0);
                if matches!(line, Line::CutBefore) {
                    return;
                }
                let Ok(mut far) = TcpStream::connect(&there).await else { return };
                far.write_all(&request[..size]).await.expect("it is there");
                if matches!(line, Line::Whole) {
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                    return;
                }
                let mut answer = vec![0; 4_096];
                let size = far.read(&mut answer).await.unwrap_or(0);
                match line {
                    Line::Half => near.write_all(&answer[..size.min(60)]).await.expect("it is there"),
                    Line::Garbage => {
                        near.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ht>").await.expect("there");
                    }
                    _ => {}
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_lost_answer_is_doubtful_and_the_report_is_found() {
    let Some(rt) = Rt::there() else { return };
    let sure = rt.desk();
    for (lost, there) in [(Line::CutBefore, false), (Line::CutAfter, true), (Line::Half, true), (Line::Garbage, true)] {
        let id = fresh();
        let desk = system(&Rt::config_of(&line(&rt, lost).await, &rt.token));
        assert!(matches!(desk.file(&report(&id)).await, Err(Fault::Doubtful(_))), "{lost:?}");
        if there {
            soon(async || sure.find(&id).await.expect("it answers")).await;
        } else {
            assert_eq!(sure.find(&id).await, Ok(None), "{lost:?}");
        }
        let query = format!("'CF.{{ChatId}}' = '{id}'");
        assert_eq!(rt.count(&query).await, usize::from(there), "{lost:?}");
    }
    let whole = system(&Rt::config_of(&line(&rt, Line::Whole).await, &rt.token));
    assert!(whole.file(&report(&fresh())).await.is_ok());
}

#[tokio::test]
async fn nobody_there_is_certain() {
    let Some(rt) = Rt::there() else { return };
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let desk = system(&Rt::config_of(&format!("http://127.0.0.1:{port}"), &rt.token));
    assert!(matches!(desk.file(&report(&fresh())).await, Err(Fault::Unavailable { .. })));
}
