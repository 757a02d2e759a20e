//! The authority's name, logo and colours: on every page and in the widget, and only where
//! everybody can read them.

use reqwest::Method;
use schullotse::config::{BrandConfig, Config};
use tempfile::TempDir;

use super::support::{Chat, Place, Setup, TestServer, get, request, run, send};

const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M0 0h8v8z'/></svg>";

async fn branded(place: &Place) -> TestServer {
    let logo = place.file("logo.svg", LOGO);
    let file = place.file(
        "c.toml",
        &format!("[brand]\nname = ' IT-Hilfe <Nord> '\nlogo = {logo:?}\ncolour = '#8a1538'\ncolour_dark = '#ff9db0'\n"),
    );
    let flags = schullotse::config::Overrides { config: Some(file.into()), ..Default::default() };
    let brand: BrandConfig = schullotse::config::load(&flags, []).unwrap().brand;
    Setup { config: Config { brand, ..Config::default() }, ..Setup::default() }.start().await
}

#[tokio::test]
async fn the_authority_is_known_by_name_logo_and_colours() {
    let place = Place::new();
    let server = branded(&place).await;
    let chat = Chat::open(server.address).await;
    let texts = &chat.welcome["texts"];
    assert_eq!(
        (&texts["title"], &texts["brand"]),
        (&"IT-Hilfe <Nord>".into(), &"#8a1538 #ffffff #efdee3 #ff9db0 #17232e #3e3743".into()),
        "{texts}"
    );

    let logo = format!("/{}", texts["logo"].as_str().unwrap());
    let picture = get(server.address, &logo).await;
    assert_eq!((picture.status, picture.kind.as_str(), picture.text().as_str()), (200, "image/svg+xml", LOGO));
    let policy = picture.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert_eq!(picture.headers["cross-origin-resource-policy"], "cross-origin");
    let again = request(Method::GET, server.address, &logo).header("if-none-match", &picture.headers["etag"]);
    assert_eq!(send(again).await.status, 304);

    let css = get(server.address, "/assets/brand.css").await;
    assert_eq!((css.status, css.kind.as_str()), (200, "text/css; charset=utf-8"));
    for part in
        ["--brand: #8a1538; --on-brand: #ffffff", "--brand: #ff9db0; --on-brand: #17232e", "prefers-color-scheme: dark"]
    {
        assert!(css.text().contains(part), "{part} in {}", css.text());
    }
    for path in ["/", "/chat", "/r/GSM-204", "/report", "/barrierefreiheit", "/nirgends", "/einbetten"] {
        let page = get(server.address, path).await.text();
        assert!(
            page.contains("href=\"/assets/brand.css\"") && page.contains(&format!("href=\"{logo}\"")),
            "{path}: {page}"
        );
    }
    let page = get(server.address, "/chat").await.text();
    for part in [
        "title=\"IT-Hilfe &lt;Nord&gt;\"",
        "brand=\"#8a1538 #ffffff #efdee3 #ff9db0 #17232e #3e3743\"",
        "<title>IT-Hilfe &lt;Nord&gt; · Gesamtschule",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn without_a_brand_nothing_is_asked_for_in_vain() {
    let server = TestServer::start().await;
    let texts = Chat::open(server.address).await.welcome["texts"].clone();
    assert!(["title", "logo", "brand"].iter().all(|key| texts[key].is_null()), "{texts}");
    let page = get(server.address, "/chat").await.text();
    assert!(!page.contains("brand.css") && !page.contains("brand="), "{page}");
    for path in ["/assets/brand.css", "/brand/logo"] {
        assert_eq!(get(server.address, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_somebody_could_not_read_is_refused_where_it_stands() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("schullotse.toml");
    let (name, big) = (file.display().to_string(), data.path().join("big.svg"));
    std::fs::write(&big, "<svg>".repeat(40_000)).unwrap();
    let script = data.path().join("script.svg");
    std::fs::write(&script, "<svg><script>1</script></svg>").unwrap();
    for (text, parts) in [
        (
            "[brand]\nname = 'x'\ncolour = '#f0b429'\n".into(),
            vec![name.as_str(), "line 3", "colour", "1.7", "3 is needed", "would do is \"#"],
        ),
        (
            "[brand]\ncolour_dark = '#1d5c8f'\n".into(),
            vec![&name, "line 2", "colour_dark", "3 is needed", "would do is \"#"],
        ),
        ("[brand]\ncolour = '#7a7a7a'\n".into(), vec![&name, "line 2", "4.5 is needed", "would do is \"#"]),
        ("[brand]\ncolor = '#7a7a7a'\n".into(), vec![&name, "color"]),
        (format!("[brand]\nname = '{}'\n", "x".repeat(41)), vec!["brand.name", "40"]),
        ("[brand]\nlogo = '/nirgends.svg'\n".into(), vec!["brand.logo", "/nirgends.svg"]),
        (format!("[brand]\nlogo = {big:?}\n"), vec!["brand.logo", "128 KiB"]),
        (format!("[brand]\nlogo = {script:?}\n"), vec!["brand.logo", "script"]),
    ] {
        std::fs::write(&file, &text).unwrap();
        for command in [&["config", "check"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            run(data.path(), command).await.failed(&parts);
        }
    }
    std::fs::write(&file, "[brand]\ncolour = '#8a1538'\n").unwrap();
    assert_eq!(run(data.path(), &["config", "check"]).await.code, 0);
}
