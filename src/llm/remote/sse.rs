//! Server-sent events, read from bytes as they come: the data of each event, in order.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>; ids, names and
//! retries mean nothing here.

/// Longest event, bytes: a server that never ends a line is not fed with memory.
const MOST: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct Events {
    waiting: Vec<u8>,
    /// Bytes of it in which no line ends.
    searched: usize,
    data: String,
}

impl Events {
    /// Takes the next bytes, gives the events that they complete; `None` where one is too long or no text.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Option<Vec<String>> {
        self.waiting.extend_from_slice(bytes);
        let mut events = Vec::new();
        let mut from = 0;
        while let Some(end) = self.waiting[self.searched..].iter().position(|byte| *byte == b'\n') {
            let end = self.searched + end;
            let line = std::str::from_utf8(&self.waiting[from..end]).ok()?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                if !self.data.is_empty() {
                    events.push(std::mem::take(&mut self.data));
                }
            } else if let Some(value) = line.strip_prefix("data:") {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value.strip_prefix(' ').unwrap_or(value));
            }
            from = end + 1;
            self.searched = from;
        }
        self.waiting.drain(..from);
        self.searched = self.waiting.len();
        (self.waiting.len() + self.data.len() <= MOST).then_some(events)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_mean_nothing_are_passed_over() {
        let mut events = Events::default();
        let text = ": ping\r\nevent: x\r\ndata: {\"a\":1}\r\n\r\n\n\ndata:zwei\ndata: Zeilen\n\ndata: [DONE]\n";
        assert_eq!(events.push(text.as_bytes()).unwrap(), ["{\"a\":1}", "zwei\nZeilen"]);
        assert_eq!(events.push(b"\n").unwrap(), ["[DONE]"]);
    }

    #[test]
    fn what_is_endless_or_no_text_is_refused() {
        assert!(Events::default().push(&vec![b'x'; MOST + 1]).is_none());
        assert!(Events::default().push(b"data: \xFF\xFE\n").is_none());
    }

    proptest! {
        /// However the bytes are cut, the events are the same.
        #[test]
        fn cuts_change_nothing(texts in prop::collection::vec("[a-zäöü€{}]{1,9}", 0..6), cut in 1_usize..7) {
            let whole = texts.iter().fold(String::new(), |whole, text| whole + "data: " + text + "\n\n");
            let mut events = Events::default();
            let read: Vec<String> = whole.as_bytes().chunks(cut).flat_map(|part| events.push(part).unwrap()).collect();
            prop_assert_eq!(read, texts);
        }
    }
}
