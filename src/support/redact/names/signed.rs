//! Signatures: a name after a greeting or thanks, on the same line or the last
//! one (`LG Sabine`, `Danke, Thomas Berger`, `vlg eure Biggi`).

use super::{Class, Scan, Token};

/// `LG Sabine`, `Danke, Thomas Berger`, a name on the last line.
pub(super) fn mark(scan: &mut Scan, at: usize) {
    let words = scan.words;
    let greeting = words.has(at, Class::GREETING);
    if !greeting && !words.has(at, Class::THANKS) {
        return;
    }
    // `der LG Monitor`
    if words.is(at, &["lg"]) && at > 0 && words.spaced(at) && words.has(at - 1, Class::ARTICLE | Class::THING) {
        return;
    }
    // `LG eure Biggi`, `Grüße von der Britta`
    let mut begin = at + 1;
    while begin < at + 4
        && words.spaced(begin)
        && words.is(begin, &["eure", "euer", "dein", "deine", "ihr", "ihre", "von", "der", "die", "vom"])
    {
        begin += 1;
    }
    let mut first = begin;
    while first < words.list.len().min(at + 16) {
        let next = first == begin;
        let apart = next || words.gap(first).contains([',', '!', '.', '\n', '-', '–']);
        let mut end = first;
        while end < first + 4
            && (end == first
                || words.spaced(end)
                || (words.follows(end) && scan.token(end - 1).is_some_and(Token::initial)))
            && scan.token(end).is_some_and(|token| signature(token, greeting && next))
            && !(end > first && scan.token(end).is_some_and(|token| token.has(Class::PARTICLE) && !token.known()))
        {
            end += 1;
        }
        let last = scan.closes(end) || words.breaks(end);
        let sure = next
            || words.gap(end).trim_start_matches('.').trim().is_empty() && end == words.list.len()
            || words.gap(first).contains('\n');
        if apart && end > first && last && sure {
            scan.name[first..end].fill(true);
            if words.has(end, Class::PARTICLE) && words.spaced(end) {
                scan.particles(end);
            }
            return;
        }
        first += 1;
    }
}

fn signature(token: &Token, greeting: bool) -> bool {
    if token.capital {
        return token.name_like() || token.initial();
    }
    let word = token.folded.chars().count() > 1 && !token.common();
    token.known() && !token.has(Class::STOP | Class::THING) || (greeting && word && !token.has(Class::PREPOSITION))
}
