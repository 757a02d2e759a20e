//! The ladder over other documents than the guides: for evaluation. A fresh index in
//! memory, the product's own lexicon, rules, cutting and ranking; nothing is written.
//!
//! [`Bench::reply`] has no threshold: it says what it would answer and how sure it is,
//! and whoever measures draws the line.

mod asking;
mod disk;

pub use self::{asking::Asking, disk::Disk};

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    config::Config,
    domain::{
        clock::Clock,
        document::{Block, Document},
        lang::Lang,
        lexicon::Lexicon,
        outcome::Answer,
        text::clean,
    },
    ingest,
    llm::LanguageModel,
    search::{Change, Index, Query, Results, SearchError, analysis},
    store::Store,
    support::{
        directory::Schools,
        evidence::Evidence,
        guide::Flows,
        language::Languages,
        outages::Outages,
        passages::Asked,
        redact::Redactor,
        respond::{HITS, Question, Responder},
        wordings::Wordings,
    },
};

/// Characters of a document by which its language is told.
const TELLING: usize = 1_000;

/// Documents, indexed, and the ladder over them.
pub struct Bench {
    pub responder: Responder,
    redactor: Redactor,
    /// The language of most documents: that of the page on which questions are asked.
    pub lang: Lang,
}

impl Bench {
    /// Cuts documents as guides are and indexes them. A set does not say in which
    /// language a document is written, so that is told from its text.
    ///
    /// # Errors
    /// Where memory for the index cannot be had.
    pub async fn over(
        mut documents: Vec<Document>,
        lexicon: Arc<Lexicon>,
        config: &Config,
        model: Option<Arc<dyn LanguageModel>>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        config.support.weights.check(&analysis()).map_err(anyhow::Error::msg)?;
        let languages = Arc::new(Languages::default());
        let index = Index::in_memory(Arc::clone(&lexicon), &config.search)?;
        let (building, telling) = (index.clone(), Arc::clone(&languages));
        let lang = tokio::task::spawn_blocking(move || {
            let lang = tell(&mut documents, &telling);
            let put = |document: Document| Change::Put { chunks: ingest::chunk(&document), document };
            building.apply(documents.into_iter().map(put).collect()).map(|_| lang)
        })
        .await??;
        let store = Store::in_memory().await?;
        let schools = Schools::load(&store).await?;
        let outages = Outages::load(&store, &schools, Arc::clone(&clock)).await?;
        let redactor = Redactor::new(&lexicon);
        let responder = Responder::new(
            index,
            &lexicon,
            languages,
            Arc::new(Wordings::shipped()?),
            model,
            schools,
            clock,
            config.support.clone(),
            config.model.clone(),
            Flows::default(),
            outages,
        );
        Ok(Self { responder, redactor, lang })
    }

    /// Ids of the best `most` documents for a text, best first; the best passage of each counts.
    ///
    /// # Errors
    /// What the index reports.
    pub fn ranking(&self, text: &str, most: usize) -> Result<Vec<String>, SearchError> {
        let lang = self.responder.passages.languages.of(text, self.lang);
        let query = Query { text: text.to_owned(), lang, ..Query::default() };
        let mut passages = 2 * most;
        loop {
            let hits = self.responder.passages.index.search(&query, passages)?.hits;
            let all = hits.len() < passages;
            let mut documents: Vec<String> = Vec::new();
            for hit in hits {
                if documents.len() < most && !documents.contains(&hit.passage.document) {
                    documents.push(hit.passage.document);
                }
            }
            if all || documents.len() == most {
                return Ok(documents);
            }
            passages *= 2;
        }
    }

    /// What is found for a text, and what speaks for the first hit.
    #[must_use]
    pub fn evidence(&self, text: &str) -> Option<(Results, Evidence)> {
        let question = self.question(text);
        let results = self.responder.passages.find(&Asked::of(&question), HITS).ok()?;
        let evidence = self.responder.evidence(&results, &question.text, &self.responder.read(&question.text))?;
        Some((results, evidence))
    }

    /// A text as the ladder gets it.
    #[must_use]
    pub fn question(&self, text: &str) -> Question {
        let text = clean(text);
        let masked = self.redactor.mask(&text).text;
        Question { sought: Some(text), ..Question::new(masked, self.lang) }
    }

    /// What the ladder would reply, however unsure; a rule that holds comes first as ever.
    pub async fn reply(&self, text: &str) -> Answer {
        self.responder.respond_from(&self.question(text), 0.0, |_| {}).await.answer
    }
}

/// Notes each document's language in it, and returns that of most.
fn tell(documents: &mut [Document], languages: &Languages) -> Lang {
    let mut count: BTreeMap<&'static str, usize> = BTreeMap::new();
    for document in documents.iter_mut() {
        let blocks = document.sections.iter().flat_map(|section| &section.blocks).map(Block::text);
        let text: String = std::iter::once(document.title.as_str())
            .chain(blocks)
            .flat_map(|text| text.chars().chain(['\n']))
            .take(TELLING)
            .collect();
        document.meta.lang = languages.of(&text, Lang::De);
        *count.entry(document.meta.lang.code()).or_default() += 1;
    }
    let of = |lang: Lang| count.get(lang.code()).copied().unwrap_or(0);
    if of(Lang::En) > of(Lang::De) { Lang::En } else { Lang::De }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        domain::{clock::ManualClock, outcome::Outcome},
        ingest::docs::read_docs,
        llm::{Request, Segment, scripted::Scripted},
    };

    /// A bench over lines of `docs.jsonl`, without a lexicon.
    pub(crate) async fn bench(docs: &str) -> Bench {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let documents = read_docs(docs.as_bytes()).unwrap();
        Bench::over(documents, Arc::default(), &Config::default(), None, clock).await.unwrap()
    }

    /// A model that says "no passage fits" where none of them holds the question's last word.
    pub(crate) fn knowing() -> Scripted {
        let knows = |request: &Request| {
            let texts = request.messages.iter().flat_map(|message| &message.segments);
            let foreign: Vec<&str> =
                texts.filter(|segment| matches!(segment, Segment::Foreign(_))).map(Segment::text).collect();
            let (question, passages) = foreign.split_last().unwrap();
            let word = question.trim_end_matches('?').split(' ').next_back().unwrap();
            let holds = passages.iter().any(|passage| passage.contains(word));
            if holds { format!("Das Gerät {word} braucht Strom.") } else { "KEINE ANGABE".into() }
        };
        Scripted::with(knows).grounded()
    }

    pub(crate) const DOCS: &str = r#"{"id":"toner","title":"Drucker ohne Toner","text":"Öffnen Sie die Klappe. Setzen Sie eine neue Kartusche mit Toner ein."}
{"id":"stau","title":"Papierstau","text":"Ziehen Sie das Papier gerade heraus. Der Drucker startet danach von allein."}
{"id":"sleep","title":"Wake the laptop","text":"Press the power button of the laptop once and wait for the screen to light up."}"#;

    #[tokio::test]
    async fn passages_become_documents_and_languages_are_told() {
        let long = "Die Kartusche enthält Toner für viele Seiten, und der Drucker zählt sie. ".repeat(200);
        let docs = format!("{DOCS}\n{{\"id\":\"viel\",\"title\":\"Handbuch\",\"text\":{long:?}}}");
        let bench = bench(&docs).await;
        assert_eq!(bench.lang, Lang::De);
        // Dozens of passages of one document hold the word; the other document is found all the same.
        let ranking = bench.ranking("toner", 2).unwrap();
        assert_eq!(ranking.len(), 2, "{ranking:?}");
        assert_eq!(bench.ranking("the screen of my laptop does not light up", 1).unwrap(), ["sleep"]);
        assert!(bench.ranking("Quastenflosser", 10).unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_ladder_answers_however_unsure() {
        let bench = bench(DOCS).await;
        let reply = bench.reply("irgendwas mit Kartusche und Regenschirm und Fahrrad").await;
        assert_eq!((reply.outcome, reply.citations[0].document.as_str()), (Outcome::Answered, "toner"));
        assert!(reply.confidence < 0.5, "{}", reply.confidence);
        assert_eq!(bench.reply("Quastenflosser").await.outcome, Outcome::Escalate);
    }
}
