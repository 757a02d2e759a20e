//! A mail archive to its messages: mbox (each begins with a line `From …`), or one
//! message alone. Of each only the first mebibyte is kept: the text stands there,
//! what follows are attachments.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
};

use crate::ingest::IngestError;

/// Bytes kept of a message.
const KEPT: usize = 1024 * 1024;
/// Longest line looked at in one piece; a longer one is several.
const LINE: u64 = 64 * 1024;

/// The messages of `file`, one after the other; `whole` = it is a single one.
pub(super) fn messages(file: &File, whole: bool) -> Messages<'_> {
    let state = if whole { State::Within } else { State::Before };
    Messages { reader: BufReader::new(file), whole, state, blank: true }
}

pub(super) struct Messages<'a> {
    reader: BufReader<&'a File>,
    whole: bool,
    state: State,
    /// The last line was empty, or there was none: `From ` may begin a message here.
    blank: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first message.
    Before,
    Within,
    Ended,
}

impl Iterator for Messages<'_> {
    type Item = Result<Vec<u8>, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Ended {
            return None;
        }
        let mut message = Vec::new();
        let mut line = Vec::new();
        let mut whole_line = true;
        loop {
            line.clear();
            let read = (&mut self.reader).take(LINE).read_until(b'\n', &mut line);
            match read {
                Ok(0) => {
                    self.state = State::Ended;
                    return (!message.is_empty()).then_some(Ok(message));
                }
                Ok(_) => {}
                Err(error) => {
                    self.state = State::Ended;
                    return Some(Err(IngestError::Unreadable(error.to_string())));
                }
            }
            let begins = !self.whole && whole_line && self.blank && line.starts_with(b"From ");
            self.blank = whole_line && line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
            whole_line = line.ends_with(b"\n");
            if begins {
                if std::mem::replace(&mut self.state, State::Within) == State::Within && !message.is_empty() {
                    return Some(Ok(message));
                }
                continue;
            }
            if self.state == State::Within && message.len() < KEPT {
                // `>From ` stands for `From ` in a text.
                let quoted = line.iter().take_while(|byte| **byte == b'>').count();
                let escaped = !self.whole && quoted > 0 && line[quoted..].starts_with(b"From ");
                message.extend_from_slice(&line[usize::from(escaped)..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use super::*;

    fn split(text: &str, whole: bool) -> Vec<String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.rewind().unwrap();
        messages(&file, whole).map(|message| String::from_utf8(message.unwrap()).unwrap()).collect()
    }

    #[test]
    fn messages_are_taken_apart() {
        let archive = "From a@b.example Mon\nSubject: 1\n\nText\n>From hier\nFrom dort\n\nFrom c@d.example Tue\r\nSubject: 2\r\n\r\nZwei\r\n";
        assert_eq!(
            split(archive, false),
            ["Subject: 1\n\nText\nFrom hier\nFrom dort\n\n", "Subject: 2\r\n\r\nZwei\r\n"]
        );
        assert_eq!(split("Subject: 1\n\nText\n\nFrom hier\n", true), ["Subject: 1\n\nText\n\nFrom hier\n"]);
        assert!(split("", false).is_empty());
    }

    #[test]
    fn a_message_without_end_is_kept_in_part() {
        let archive = format!("From a\nSubject: {}\n\nFrom b\nSubject: 2\n", "x".repeat(3 * KEPT));
        let messages = split(&archive, false);
        assert!(messages[0].len() <= KEPT + usize::try_from(LINE).unwrap());
        assert_eq!(messages[1], "Subject: 2\n");
    }
}
