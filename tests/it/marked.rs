//! From a sentence to the very words that carry it: in the quote that comes with it, and
//! on the passage's page.

use serde_json::Value;

use super::support::{Chat, TestServer, get};

/// The words of the quote that a sentence stands on.
fn carried(quote: &str, units: &Value, wanted: &Value) -> Vec<String> {
    let letters: Vec<u16> = quote.encode_utf16().collect();
    let at = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let wanted = wanted.as_array().unwrap();
    let found = units.as_array().unwrap().iter().filter(|unit| wanted.contains(&unit[0]));
    found.map(|unit| String::from_utf16(&letters[at(&unit[1])..at(&unit[2])]).unwrap()).collect()
}

/// Marked passages of a page.
fn marks(page: &str) -> Vec<String> {
    page.split("<mark")
        .skip(1)
        .map(|rest| rest[rest.find('>').unwrap() + 1..rest.find("</mark>").unwrap()].into())
        .collect()
}

#[tokio::test]
async fn every_step_names_its_own_words() {
    let server = TestServer::start().await;
    let mut chat = Chat::open(server.address).await;
    let end = chat.ask("am beamer ist die falsche quelle").await;
    let citation = &end["citations"][0];
    let (quote, url) = (citation["quote"].as_str().unwrap(), citation["url"].as_str().unwrap());
    let steps = end["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "steps").unwrap();
    let steps = steps["items"].as_array().unwrap();
    assert!(steps.len() > 1, "{end}");
    for step in steps {
        let text: String = step.as_array().unwrap().iter().map(|span| span["text"].as_str().unwrap()).collect();
        let cited = step.as_array().unwrap().iter().find(|span| span["cite"] == 1).unwrap();
        let words = carried(quote, &citation["units"], &cited["units"]);
        assert_eq!(words.len(), 1, "{cited}");
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeezed(&words[0]), squeezed(&text));
        // The same on the passage's page, and it is where the reader is taken.
        let unit = cited["units"][0].as_u64().unwrap();
        let (path, query) = url.split_once('?').unwrap();
        let others = query.split('&').filter(|pair| !pair.starts_with("mark="));
        let query: Vec<String> = others.map(str::to_owned).chain([format!("mark={unit}&lang=en")]).collect();
        let page = get(server.address, &format!("{path}?{}", query.join("&"))).await.text();
        assert_eq!(marks(&page), [words[0].replace('"', "&quot;")], "{path}");
        assert_eq!(page.matches("id=\"treffer\"").count(), 1);
        // What stands around it is in the reader's language, the passage in its own.
        assert!(page.contains("<html lang=\"en\"") && page.contains("Read the whole guide"), "{page}");
        assert!(page.contains("<div lang=\"de\">") && !page.contains("Ganze Anleitung"), "{page}");
    }
    let delta = chat.seen.iter().find(|message| message["type"] == "bot.delta").unwrap();
    assert_eq!(delta["units"], steps[0].as_array().unwrap().last().unwrap()["units"], "{delta}");
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_in_both_languages() {
    let server = TestServer::start().await;
    for (lang, words) in [("de", "Quelle nicht gefunden"), ("en", "Source not found")] {
        let page = get(server.address, &format!("/api/v1/passages/guides%2Fnone/0?lang={lang}")).await;
        assert_eq!(page.status, 404);
        assert!(page.text().contains(words), "{}", page.text());
    }
}
