//! Whether a title that a file carries in its own data is one: programs put there
//! names of files, templates and themselves.

use super::clean;

/// A title longer than this is none, characters.
const LONGEST: usize = 150;

/// A clean title, unless it is none or a program made it up from a file's name.
pub(super) fn usable(title: &str) -> Option<String> {
    let title = clean::line(&clean::characters(title));
    let lower = title.to_lowercase();
    let file_name = lower.contains('.') && !lower.contains(' ');
    let made_up = ["microsoft ", "untitled", "unbenannt", "dokument", "document", "slide ", "folie "]
        .iter()
        .any(|begin| lower.starts_with(begin))
        || [".doc", ".docx", ".odt", ".pdf", ".ppt", ".pptx"].iter().any(|end| lower.ends_with(end))
        || file_name;
    let letters = title.chars().filter(|ch| ch.is_alphabetic()).count();
    (letters >= 3 && title.chars().count() <= LONGEST && !made_up).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_programs_are_no_titles() {
        assert_eq!(usable(" Beamer  im Raum ").as_deref(), Some("Beamer im Raum"));
        for none in ["Microsoft Word - Beamer.doc", "Dokument1", "beamer.odt", "", "12", "Untitled"] {
            assert_eq!(usable(none), None, "{none}");
        }
    }
}
