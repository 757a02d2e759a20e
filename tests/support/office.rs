//! One short guide as Word, Google Docs and `LibreOffice` write it: the same words in
//! very different XML, with everything around them that is not to be read.

use super::hostile_zip::zip;

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
    xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:v=\"urn:schemas-microsoft-com:vml\" mc:Ignorable=\"w14\"";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A DOCX with this body and these further parts.
pub(crate) fn docx(body: &str, parts: &[(&str, String)]) -> Vec<u8> {
    let document = format!("{HEAD}<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>");
    let relation = |kind: &str, target: &str| {
        format!("<Relationship Id=\"{kind}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inner: String| {
        format!(
            "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>"
        )
    };
    let names = ["styles", "numbering", "footnotes", "endnotes", "comments", "header", "footer"];
    let beside = names.iter().map(|name| relation(name, &format!("{name}.xml"))).collect::<Vec<_>>().concat();
    let mut all = vec![
        ("[Content_Types].xml", format!("{HEAD}<Types/>")),
        ("_rels/.rels", relations(relation("officeDocument", "word/document.xml"))),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", relations(beside)),
    ];
    all.extend(parts.iter().cloned());
    zip(&all.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>())
}

fn part(root: &str, inner: &str) -> String {
    format!("{HEAD}<w:{root} {W}>{inner}</w:{root}>")
}

fn run(text: &str) -> String {
    format!(
        "<w:r w:rsidRPr=\"00A77B3E\"><w:rPr><w:lang w:val=\"de-DE\"/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"
    )
}

fn paragraph(properties: &str, inner: &str) -> String {
    format!("<w:p w:rsidR=\"00A77B3E\" w:rsidRDefault=\"00000000\"><w:pPr>{properties}</w:pPr>{inner}</w:p>")
}

fn styled(style: &str, text: &str) -> String {
    paragraph(&format!("<w:pStyle w:val=\"{style}\"/>"), &run(text))
}

fn listed(id: u8, level: u8, inner: &str) -> String {
    let numbering = format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{id}\"/></w:numPr>");
    paragraph(&format!("<w:pStyle w:val=\"Listenabsatz\"/>{numbering}"), inner)
}

fn cell(properties: &str, inner: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"3020\" w:type=\"dxa\"/>{properties}</w:tcPr>{inner}</w:tc>")
}

fn table(rows: &[&[(&str, &str)]]) -> String {
    let row = |cells: &&[(&str, &str)]| {
        let cells = cells
            .iter()
            .map(|(properties, text)| cell(properties, &paragraph("", &run(text))))
            .collect::<Vec<_>>()
            .concat();
        format!("<w:tr w:rsidR=\"00A77B3E\"><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    };
    format!(
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"3020\"/></w:tblGrid>{}</w:tbl>",
        rows.iter().map(row).collect::<Vec<_>>().concat()
    )
}

fn numbering() -> String {
    let level = |at: u8, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/>\
            <w:pPr><w:ind w:left=\"{}\" w:hanging=\"360\"/></w:pPr></w:lvl>",
            720 * (u32::from(at) + 1)
        )
    };
    let definition = |id: u8, levels: &str| {
        format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"hybridMultilevel\"/>{levels}</w:abstractNum>"
        )
    };
    let list = |id: u8, of: u8| format!("<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{of}\"/></w:num>");
    let steps = format!("{}{}", level(0, "decimal", "%1."), level(1, "bullet", "\u{F0B7}"));
    let inner = [definition(0, &steps), definition(1, &level(0, "bullet", "-")), list(1, 0), list(2, 1)].concat();
    part("numbering", &inner)
}

/// As German Word writes: localized ids of styles, tracked changes, fields, a text box written twice.
pub(crate) fn word() -> Vec<u8> {
    let style = |id: &str, name: &str, more: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Standard\"/>{more}</w:style>"
        )
    };
    let styles = [
        "<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val=\"22\"/></w:rPr></w:rPrDefault></w:docDefaults>".to_owned(),
        "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Standard\"><w:name w:val=\"Normal\"/></w:style>"
            .to_owned(),
        style("Titel", "Title", ""),
        style("berschrift1", "heading 1", "<w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr>"),
        style("berschrift2", "heading 2", "<w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr>"),
        style("Listenabsatz", "List Paragraph", "<w:pPr><w:ind w:left=\"720\"/></w:pPr>"),
        style("Verzeichnis1", "toc 1", ""),
    ];
    let field = |code: &str, shown: &str| {
        let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
        format!(
            "{}<w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r>{}{}{}",
            mark("begin"),
            mark("separate"),
            run(shown),
            mark("end")
        )
    };
    let text_box = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", paragraph("", &run(text)));
    let boxed = format!(
        "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:anchor><wp:positionH><wp:posOffset>4711</wp:posOffset></wp:positionH><wps:wsp><wps:txbx>{0}</wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice>\
        <mc:Fallback><w:pict><v:shape><v:textbox>{0}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        text_box("Im Kasten steht ein Hinweis.")
    );
    let body = [
        styled("Titel", "Beamer im Musiksaal"),
        format!("<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/></w:docPartObj></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", styled("Verzeichnis1", "Einschalten 1")),
        styled("berschrift1", "Einschalten"),
        paragraph("", &format!("{}<w:proofErr w:type=\"spellStart\"/>{}<w:r><w:footnoteReference w:id=\"2\"/></w:r>{}", run("Der Bea"), run("mer\u{A0}steht"), run(" im Schrank."))),
        listed(1, 0, &run("Drücken Sie die rote Taste.")),
        listed(1, 1, &run("lange")),
        paragraph("<w:pStyle w:val=\"Listenabsatz\"/>", &format!("{}{boxed}", run("Sie sehen: Das Licht ist grün."))),
        listed(1, 0, &format!("{}<w:del w:id=\"1\" w:author=\"X\"><w:r><w:delText>GELÖSCHT</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"X\">{}</w:ins>", run("Warten Sie "), run("zehn Sekunden."))),
        styled("berschrift2", "Kein Ton"),
        listed(2, 0, &run("Kabel prüfen")),
        paragraph("", &format!("{}{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>VERSTECKT</w:t></w:r>{}", run("Mehr unter "), field("HYPERLINK \"https://schule.example\"", "Hilfe im Netz"), run("."))),
        table(&[&[("", "Anzeige"), ("", "Abhilfe")], &[("<w:vMerge w:val=\"restart\"/>", "Kein Signal"), ("", "Taste Source")], &[("<w:vMerge/>", ""), ("<w:gridSpan w:val=\"999999999\"/>", "Kabel tauschen")]]),
        listed(1, 0, &run("Melden Sie den Fehler.")),
        paragraph("<w:rPr><w:del w:id=\"3\"/></w:rPr>", &run("Zwei Absätze")),
        paragraph("", &run(" sind einer.")),
    ]
    .concat();
    let note = part(
        "footnotes",
        &format!(
            "<w:footnote w:type=\"separator\" w:id=\"-1\">{0}</w:footnote><w:footnote w:id=\"2\">{0}</w:footnote>",
            paragraph("", &run("Raum 204"))
        ),
    );
    let aside = |root: &str| part(root, &paragraph("", &run("KOPF ODER KOMMENTAR")));
    docx(
        &body,
        &[
            ("word/styles.xml", part("styles", &styles.concat())),
            ("word/numbering.xml", numbering()),
            ("word/footnotes.xml", note),
            ("word/comments.xml", aside("comments")),
            ("word/header.xml", aside("hdr")),
            ("word/footer.xml", aside("ftr")),
            (
                "docProps/core.xml",
                format!(
                    "{HEAD}<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:title>Microsoft Word - Vorlage.docx</dc:title></cp:coreProperties>"
                ),
            ),
        ],
    )
}

/// As Google Docs writes: no title of its own, every run with its own formatting, one list a definition.
pub(crate) fn google() -> Vec<u8> {
    let rich = |text: &str| {
        format!(
            "<w:r w:rsidDel=\"00000000\"><w:rPr><w:rtl w:val=\"0\"/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"
        )
    };
    let style = |style: &str, text: &str| {
        paragraph(
            &format!("<w:pStyle w:val=\"{style}\"/><w:rPr/>"),
            &format!("<w:bookmarkStart w:id=\"0\" w:name=\"_x\"/><w:bookmarkEnd w:id=\"0\"/>{}", rich(text)),
        )
    };
    let item = |id: u8, level: u8, text: &str| {
        paragraph(
            &format!(
                "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{id}\"/></w:numPr><w:ind w:left=\"720\" w:hanging=\"360\"/><w:rPr><w:u w:val=\"none\"/></w:rPr>"
            ),
            &rich(text),
        )
    };
    let body = [
        style("Title", "Beamer im Musiksaal"),
        style("Heading1", "Einschalten"),
        paragraph("", &rich("Der Beamer steht [Raum 204] im Schrank.")),
        item(1, 0, "Drücken Sie die rote Taste."),
        item(1, 1, "lange"),
        paragraph("<w:ind w:left=\"720\"/>", &rich("Sie sehen: Das Licht ist grün.")),
        item(1, 0, "Warten Sie zehn Sekunden."),
        style("Heading2", "Kein Ton"),
        item(2, 0, "Kabel prüfen"),
        paragraph(
            "",
            &format!(
                "{}<w:hyperlink r:id=\"rId7\">{}</w:hyperlink>{}",
                rich("Mehr unter "),
                rich("Hilfe im Netz"),
                rich(".")
            ),
        ),
    ]
    .concat();
    let names = [("Title", "Title"), ("Heading1", "heading 1"), ("Heading2", "heading 2")];
    let styles = names.iter().map(|(id, name)| {
        format!("<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/></w:style>")
    });
    docx(
        &body,
        &[
            ("word/styles.xml", part("styles", &styles.collect::<Vec<_>>().concat())),
            ("word/numbering.xml", numbering()),
        ],
    )
}

/// An ODT with these styles and this body.
pub(crate) fn odt(styles: &str, body: &str, parts: &[(&str, String)]) -> Vec<u8> {
    let spaces = ["office", "style", "text", "table", "meta"];
    let spaces =
        spaces.map(|name| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"")).join(" ");
    let more = "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
        xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
    let content = format!(
        "{HEAD}<office:document-content {spaces} {more}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    let mut all = vec![("mimetype", "application/vnd.oasis.opendocument.text".to_owned()), ("content.xml", content)];
    all.extend(parts.iter().cloned());
    zip(&all.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>())
}

/// As `LibreOffice` writes.
pub(crate) fn writer() -> Vec<u8> {
    let level = |at: u8, kind: &str, more: &str| {
        format!(
            "<text:list-level-style-{kind} text:level=\"{at}\" {more}><style:list-level-properties text:list-level-position-and-space-mode=\"label-alignment\"><style:list-level-label-alignment fo:margin-left=\"{}cm\"/></style:list-level-properties></text:list-level-style-{kind}>",
            f64::from(at) * 1.27
        )
    };
    let styles = [
        "<style:style style:name=\"P1\" style:family=\"paragraph\" style:parent-style-name=\"Title\"/><style:style style:name=\"Title\" style:family=\"paragraph\"/>".to_owned(),
        "<style:style style:name=\"P2\" style:family=\"paragraph\"><style:paragraph-properties fo:margin-left=\"1.27cm\"/></style:style>".to_owned(),
        "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style>".to_owned(),
        format!("<text:list-style style:name=\"L1\">{}{}</text:list-style>", level(1, "number", "style:num-format=\"1\" style:num-suffix=\".\""), level(2, "bullet", "text:bullet-char=\"•\"")),
        format!("<text:list-style style:name=\"L2\">{}</text:list-style>", level(1, "bullet", "text:bullet-char=\"•\"")),
    ];
    let item = |inner: &str| format!("<text:list-item>{inner}</text:list-item>");
    let p = |text: &str| format!("<text:p text:style-name=\"Standard\">{text}</text:p>");
    let cells = |cells: &[&str]| {
        cells
            .iter()
            .map(|cell| format!("<table:table-cell table:number-columns-repeated=\"1\">{}</table:table-cell>", p(cell)))
            .collect::<Vec<_>>()
            .concat()
    };
    let body = [
        "<office:forms/><text:tracked-changes><text:changed-region><text:deletion><text:p>GELÖSCHT</text:p></text:deletion></text:changed-region></text:tracked-changes>".to_owned(),
        "<text:p text:style-name=\"P1\">Beamer im\n Musiksaal</text:p>".to_owned(),
        "<text:table-of-content><text:index-body><text:p>Einschalten 1</text:p></text:index-body></text:table-of-content>".to_owned(),
        "<text:h text:outline-level=\"1\">Einschalten</text:h>".to_owned(),
        p("Der Bea<text:soft-page-break/>mer<text:s text:c=\"999999999\"/>steht<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>Raum 204</text:p></text:note-body></text:note> im Schrank.<office:annotation><text:p>KOMMENTAR</text:p></office:annotation>"),
        format!("<text:list xml:id=\"list1\" text:style-name=\"L1\">{}</text:list>", item(&format!("{}<text:list>{}</text:list>", p("Drücken Sie die rote Taste."), item(&p("lange"))))),
        "<text:p text:style-name=\"P2\">Sie sehen: Das Licht ist grün.<draw:frame><draw:text-box><text:p>Im Kasten steht ein Hinweis.</text:p></draw:text-box></draw:frame></text:p>".to_owned(),
        format!("<text:list text:continue-numbering=\"true\" text:style-name=\"L1\">{}</text:list>", item(&p("Warten Sie <text:change-start text:change-id=\"c\"/>zehn Sekunden."))),
        "<text:h text:outline-level=\"2\">Kein Ton</text:h>".to_owned(),
        format!("<text:list text:style-name=\"L2\">{}</text:list>", item(&p("Kabel prüfen"))),
        p("Mehr unter <text:a xlink:href=\"https://schule.example\">Hilfe im Netz</text:a><text:span text:style-name=\"T1\">VERSTECKT</text:span>."),
        format!("<table:table><table:table-header-rows><table:table-row>{}</table:table-row></table:table-header-rows><table:table-row><table:table-cell table:number-rows-spanned=\"2\">{}</table:table-cell>{}</table:table-row><table:table-row><table:covered-table-cell/>{}</table:table-row></table:table>", cells(&["Anzeige", "Abhilfe"]), p("Kein Signal"), cells(&["Taste Source"]), cells(&["Kabel tauschen"])),
        format!("<text:list text:continue-list=\"list1\" text:style-name=\"L1\">{}</text:list>", item(&p("Melden Sie den Fehler.")).replace("<text:list-item>", "<text:list-item text:start-value=\"3\">")),
    ];
    let meta = format!(
        "{HEAD}<office:document-meta xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><office:meta><dc:title>Unbenannt 1</dc:title></office:meta></office:document-meta>"
    );
    odt(&styles.concat(), &body.concat(), &[("meta.xml", meta)])
}
