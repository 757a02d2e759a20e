//! Whether the quotation marks of a table close. A reader of CSV takes a mark that is
//! never closed to the end of the file, or to the next mark, and with it rows that
//! nobody misses: so the first such mark is found here, with its line and column.
//!
//! Marks count as the reader counts them: one that begins a value opens it, two are one
//! in the text, and all others are ordinary characters (`27" Monitor`).

/// A quotation mark that does not close its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Where the mark stands, counted from 1.
    pub(super) line: usize,
    /// Column of the table, counted from 0.
    pub(super) column: usize,
    /// Byte at which its row begins: what stands before it can be read.
    pub(super) row: usize,
    pub(super) message: &'static str,
}

const OPEN: &str = "a quotation mark opens here and is never closed; close it, or leave it out";
const AFTER: &str = "a quotation mark opens here, and text follows on the mark that closes it: close it where the \
                     value ends, and write a mark within the value twice";

#[derive(Clone, Copy)]
enum At {
    /// Where a mark would open a value.
    Beginning,
    Plain,
    Quoted,
    /// After a mark within a quoted value: its end, or the first of two.
    Mark,
    /// After blanks that follow its end.
    Closed,
}

/// The first mark that does not close its value; lines end with `\n`.
pub(super) fn stray(body: &str, delimiter: u8) -> Option<Stray> {
    let (mut line, mut column, mut row) = (1, 0, 0);
    let (mut at, mut opened) = (At::Beginning, None);
    for (n, byte) in body.bytes().enumerate() {
        let ends = byte == delimiter || byte == b'\n';
        at = match (at, byte) {
            (At::Beginning, b'"') => {
                opened = Some(Stray { line, column, row, message: OPEN });
                At::Quoted
            }
            (At::Quoted, b'"') => At::Mark,
            (At::Quoted, _) | (At::Mark, b'"') => At::Quoted,
            (At::Mark | At::Closed, b' ' | b'\t') if !ends => At::Closed,
            (At::Mark | At::Closed, _) if !ends => return opened.map(|stray| Stray { message: AFTER, ..stray }),
            _ if ends => At::Beginning,
            _ => At::Plain,
        };
        if matches!(at, At::Beginning) {
            column = if byte == b'\n' { 0 } else { column + 1 };
            row = if byte == b'\n' { n + 1 } else { row };
        }
        line += usize::from(byte == b'\n');
    }
    opened.filter(|_| matches!(at, At::Quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Option<(usize, usize, &str, bool)> {
        stray(body, b';').map(|stray| (stray.line, stray.column, &body[..stray.row], stray.message == OPEN))
    }

    #[test]
    fn marks_that_close_are_none() {
        for body in [
            "",
            "a;b\n1;2\n",
            "a;b\n\"1\";\"2\"",
            "a;\"zwei\nZeilen; und \"\"mehr\"\"\"\n\"\";\n",
            "27\" Monitor;a\"b\n",
            "\"a\" ;\"b\"\t\n",
            "\"\"\"Aula\"\"\";x",
        ] {
            assert_eq!(found(body), None, "{body:?}");
        }
    }

    #[test]
    fn the_first_that_does_not_close_has_its_place() {
        assert_eq!(found("a;b\n1;2\n3;\"4\n5;6\n"), Some((3, 1, "a;b\n1;2\n", true)));
        assert_eq!(found("\"a;b\n1;2\n"), Some((1, 0, "", true)));
        assert_eq!(found("a;b\n\"1\n1\";\"2"), Some((3, 1, "a;b\n", true)), "its line, not the row's");
        // Closed by the mark of another row: that row would be swallowed.
        assert_eq!(found("a;b\n1;\"Aula\n2;\"102\"\n"), Some((2, 1, "a;b\n", false)));
        assert_eq!(found("a;b\n1;\"die \"Aula\"\"\n"), Some((2, 1, "a;b\n", false)));
        assert_eq!(found("a;b\n1;\"\"\"\n"), Some((2, 1, "a;b\n", true)), "two are one, and the value goes on");
    }

    #[test]
    fn it_agrees_with_the_reader_on_what_is_never_closed() {
        // One row more at the end is swallowed exactly where a mark is open.
        for n in 0..5_usize.pow(6) {
            let text: String = (0..6).map(|at| [';', '"', '\n', 'a', ' '][n / 5_usize.pow(at) % 5]).collect();
            let body = format!("{text}\nz");
            let mut settings = csv::ReaderBuilder::new();
            let mut reader = settings.delimiter(b';').has_headers(false).flexible(true).from_reader(body.as_bytes());
            let last = reader.records().last().unwrap().unwrap();
            let whole = last.len() == 1 && &last[0] == "z";
            match stray(&body, b';') {
                None => assert!(whole, "{body:?}"),
                Some(stray) if stray.message == OPEN => assert!(!whole, "{body:?}"),
                Some(_) => {}
            }
        }
    }
}
