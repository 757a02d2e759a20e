//! Pages of a PDF to sections: one a page, lines joined to paragraphs and steps,
//! what repeats at the head or foot of every page left out.

use std::collections::HashMap;

use super::{blocks::Outline, clean, lines::Lines};
use crate::domain::document::{Block, Section};

/// Pages on which a line must stand to count as a page header or footer.
const REPEATED: usize = 3;
/// Most lines that a scanner stamps on a page.
const STAMPS: usize = 3;
/// Share of a page's lines that stand alone from which blank lines mean nothing.
const LOOSE: f32 = 0.8;

/// Reads the text of pages in order; page numbers count from 1. The title is no paragraph.
pub(super) fn read(pages: &[String], title: Option<&str>) -> Vec<Section> {
    let pages: Vec<String> = pages.iter().map(|page| clean::characters(page)).collect();
    let repeated = repeated(&pages);
    let mut outline = Outline::default();
    let mut lines = Lines::wrapped();
    for (number, page) in (1..).zip(&pages) {
        outline.page(number);
        let kept: Vec<&str> = without_frame(page, &repeated);
        let mut blocks = blocks(&kept, &mut lines);
        if number == 1 && blocks.len() > 1 && title.is_some_and(|title| title == blocks[0].text()) {
            blocks.remove(0);
        }
        for block in blocks {
            outline.block(block);
        }
    }
    outline.finish().1
}

/// Lines to blocks; a line with tabulators is a row.
fn blocks(page: &[&str], lines: &mut Lines) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in page.chunk_by(|a, b| a.contains('\t') == b.contains('\t')) {
        if part[0].contains('\t') {
            let cells = |line: &&str| line.split('\t').map(clean::line).collect::<Vec<_>>().join(" | ");
            blocks.extend(part.iter().map(|line| Block::Row { text: cells(line) }));
        } else {
            blocks.extend(lines.blocks(&tightened(part)));
        }
    }
    blocks
}

/// A line with its numbers made equal: "Seite 3 von 9" and "Seite 4 von 9" meet.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    for ch in clean::line(line).chars() {
        let ch = if ch.is_ascii_digit() { '#' } else { ch };
        if !(ch == '#' && shape.ends_with('#')) {
            shape.push(ch);
        }
    }
    shape
}

/// First and last lines, as shapes, of most pages.
fn repeated(pages: &[String]) -> HashMap<String, usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let lines: Vec<&str> = page.lines().filter(|line| !line.trim().is_empty()).collect();
        // A page of one or two lines is all content.
        if let [first, _, .., last] = lines.as_slice() {
            *seen.entry(shape(first)).or_default() += 1;
            *seen.entry(shape(last)).or_default() += 1;
        }
    }
    seen.retain(|shape, count| *count >= REPEATED && *count * 2 >= pages.len() && !step_like(shape));
    seen
}

fn step_like(shape: &str) -> bool {
    shape.starts_with("#.") || shape.starts_with("#)")
}

fn without_frame<'a>(page: &'a str, repeated: &HashMap<String, usize>) -> Vec<&'a str> {
    let mut lines: Vec<&str> = page.lines().collect();
    let framed = |line: &&&str| repeated.contains_key(&shape(line)) || is_page_number(line);
    if let Some(at) = lines.iter().rposition(|line| !line.trim().is_empty())
        && framed(&&lines[at])
    {
        lines.truncate(at);
    }
    if let Some(at) = lines.iter().position(|line| !line.trim().is_empty())
        && framed(&&lines[at])
    {
        lines.drain(..=at);
    }
    lines
}

/// Numbers of the pages that are scans: a picture, and no text but what a scanner
/// stamps on each: numbers, dates, its name, one line on all of them.
pub(super) fn scan_pages(pages: &[String], images: &[bool]) -> Vec<usize> {
    let lines = |page: &str| -> Vec<String> {
        clean::characters(page).lines().map(shape).filter(|line| !line.is_empty()).collect()
    };
    let sparse: Vec<(usize, Vec<String>)> = (0..pages.len())
        .filter(|at| images.get(*at) == Some(&true))
        .map(|at| (at, lines(&pages[at])))
        .filter(|(_, lines)| lines.len() <= STAMPS)
        .collect();
    let repeats = |line: &String| {
        let count = sparse.iter().filter(|(_, lines)| lines.contains(line)).count();
        count >= 2 && count * 2 > sparse.len()
    };
    let scans = sparse.iter().filter(|(_, lines)| lines.iter().all(|line| is_stamp(line) || repeats(line)));
    scans.map(|(at, _)| at + 1).collect()
}

/// A page number, a date, or a scanner's name.
fn is_stamp(shape: &str) -> bool {
    let lower = shape.to_lowercase();
    let words = lower.split_whitespace().count();
    let named = ["gescannt", "scanned", "scanner", "camscanner", "genius scan", "adobe scan", "microsoft lens"];
    is_page_number(shape)
        || !lower.split(|ch: char| !ch.is_alphabetic()).any(|word| word.chars().count() > 2)
        || (words <= 8 && named.iter().any(|name| lower.contains(name)))
}

fn is_page_number(line: &str) -> bool {
    matches!(
        shape(line).as_str(),
        "#" | "- # -" | "– # –" | "Seite #" | "Seite # von #" | "Page #" | "Page # of #" | "# / #" | "#/#"
    )
}

/// Where nearly every line stands alone, the page is only spaced widely: blank
/// lines then count where the line before ends a sentence or is short.
fn tightened(lines: &[&str]) -> String {
    let full: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].trim().is_empty()).collect();
    let alone = full.windows(2).filter(|pair| pair[1] > pair[0] + 1).count();
    #[expect(clippy::cast_precision_loss, reason = "counts of lines on a page")]
    let loose = full.len() >= 4 && alone as f32 >= LOOSE * (full.len() - 1) as f32;
    if !loose {
        return lines.join("\n");
    }
    let width = |at: &usize| lines[*at].trim().chars().count();
    let widest = full.iter().map(width).max().unwrap_or_default();
    let mut text = String::new();
    for at in &full {
        let line = lines[*at].trim();
        text.push_str(line);
        text.push('\n');
        if line.ends_with(['.', '!', '?', ':']) || width(at) * 5 < widest * 3 {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pages: &[&str]) -> Vec<(u32, Vec<String>)> {
        let pages: Vec<String> = pages.iter().map(|page| (*page).to_owned()).collect();
        read(&pages, None)
            .into_iter()
            .map(|section| {
                (section.page.unwrap(), section.blocks.iter().map(|block| block.text().to_owned()).collect())
            })
            .collect()
    }

    #[test]
    fn pages_keep_their_numbers_and_lose_their_frames() {
        let page =
            |n: u32| format!("\n\nSchul-IT\nInhalt {}\nmehr.\n\nSeite {n} von 3", ["a", "b", "c"][n as usize - 1]);
        let (one, two, three) = (page(1), page(2), page(3));
        assert_eq!(
            texts(&[&one, "", &two, &three]),
            [
                (1, vec!["Inhalt a mehr.".to_owned()]),
                (3, vec!["Inhalt b mehr.".to_owned()]),
                (4, vec!["Inhalt c mehr.".to_owned()])
            ]
        );
    }

    #[test]
    fn a_page_with_a_picture_and_a_stamp_is_a_scan() {
        let pages = ["Seite 1", "Raum 204 12.03.2024", "Gescannt mit CamScanner", "Der Beamer bleibt dunkel.", "", "x"];
        let pages: Vec<String> = pages.iter().map(|page| (*page).to_owned()).collect();
        assert_eq!(scan_pages(&pages, &[true; 6]), [1, 3, 5, 6]);
        assert_eq!(scan_pages(&pages, &[false; 6]), [0; 0]);
        let stamped = ["Schule am Berg 1".to_owned(), "Schule am Berg 2".to_owned()];
        assert_eq!(scan_pages(&stamped, &[true; 2]), [1, 2]);
    }

    #[test]
    fn steps_go_on_over_pages_and_words_are_whole() {
        assert_eq!(
            texts(&["1. Den Pro-\njektor ein\u{AD}\nschalten, \u{FB01}nden.", "2. Warten."]),
            [(1, vec!["Den Projektor einschalten, finden.".to_owned()]), (2, vec!["Warten.".to_owned()])]
        );
    }

    #[test]
    fn a_widely_spaced_page_keeps_its_paragraphs() {
        let page = "Drücken Sie auf der Fernbedienung die\n\nTaste Source, bis oben am Bild der\n\nName erscheint.\n\nWarten Sie dann zehn Sekunden auf das\n\nBild.";
        assert_eq!(
            texts(&[page])[0].1,
            [
                "Drücken Sie auf der Fernbedienung die Taste Source, bis oben am Bild der Name erscheint.",
                "Warten Sie dann zehn Sekunden auf das Bild."
            ]
        );
    }
}
