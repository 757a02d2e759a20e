//! What staff did in Zammad. It has no list of what happened: tickets are read by the time of their last change,
//! from a little before the last one seen, and what is told has a name of its own.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    Zammad,
    wire::{Article, Ticket},
};
use crate::{
    domain::reply,
    helpdesk::{Change, ChangeKind, Changes, Fault, RemoteState, Resolved, text::of_page},
};

/// How long a change may need until it can be seen.
const OVERLAP: SignedDuration = SignedDuration::from_secs(30);
/// Tickets read in one call; each takes one more.
const TICKETS: usize = 15;
/// Pages read in one call where all lie in the overlap.
const PAGES: usize = 10;
/// Characters of a reply that are kept.
const MOST_CHARS: usize = 20_000;

impl Zammad {
    /// The cursor is the time of the newest change seen. Zammad says when; our own clock is not asked.
    pub(super) async fn changed(&self, cursor: Option<&str>) -> Result<Changes, Fault> {
        let Some(cursor) = cursor else {
            let newest = self.tickets(Timestamp::UNIX_EPOCH, "desc", 1, 1).await?;
            let begin = newest.first().and_then(|ticket| ticket.updated_at).unwrap_or(Timestamp::UNIX_EPOCH);
            return Ok(Changes { cursor: begin.to_string(), ..Changes::default() });
        };
        let since = time(cursor)?;
        let from = since.saturating_sub(OVERLAP).unwrap_or(since);
        let (me, states) = (self.me().await?.id, self.states().await?);
        let mut told = Changes { cursor: cursor.to_owned(), ..Changes::default() };
        let mut last = since;
        for page in 1..=PAGES {
            let tickets = self.tickets(from, "asc", TICKETS, page).await?;
            let full = tickets.len() == TICKETS;
            for ticket in tickets {
                let Some(at) = ticket.updated_at else { continue };
                last = last.max(at);
                if ticket.value(&self.access.id_field).is_some_and(|id| !id.is_empty()) {
                    self.tell(&ticket, at, from, me, &states, &mut told.changes).await?;
                }
            }
            told.more = full;
            // Else all of them lay in the overlap, and the same would be read again.
            if !full || last > since {
                break;
            }
        }
        told.cursor = last.to_string();
        Ok(told)
    }

    /// Answers of staff since `from` and the state of one ticket.
    async fn tell(
        &self,
        ticket: &Ticket,
        at: Timestamp,
        from: Timestamp,
        me: u64,
        states: &BTreeMap<String, RemoteState>,
        told: &mut Vec<Change>,
    ) -> Result<(), Fault> {
        for article in self.articles(ticket.id).await? {
            let made = article.created_at.unwrap_or(Timestamp::UNIX_EPOCH);
            if made < from || !by_staff(&article) || article.created_by_id == me {
                continue;
            }
            let text = text_of(&article);
            if !text.is_empty() {
                let (id, kind) = (format!("article-{}", article.id), ChangeKind::Reply(text));
                told.push(Change { id, reference: ticket.number.clone(), at: made, kind });
            }
        }
        if let Some(state) = states.get(&ticket.state).filter(|_| ticket.updated_by_id != me) {
            let id = format!("ticket-{}-{at}-{}", ticket.id, ticket.state);
            told.push(Change { id, reference: ticket.number.clone(), at, kind: ChangeKind::State(*state) });
        }
        Ok(())
    }

    pub(super) async fn solved(&self, cursor: Option<&str>) -> Result<(Vec<Resolved>, String), Fault> {
        let since = cursor.map_or(Ok(Timestamp::UNIX_EPOCH), time)?;
        let states = self.states().await?;
        let (mut solved, mut last) = (Vec::new(), since);
        for ticket in self.tickets(since, "asc", TICKETS, 1).await? {
            let Some(at) = ticket.updated_at else { continue };
            last = last.max(at);
            // Merged and removed ones hold no solution.
            if states.get(&ticket.state) != Some(&RemoteState::Solved)
                || ["merged", "removed"].contains(&ticket.state.as_str())
            {
                continue;
            }
            let articles = self.articles(ticket.id).await?;
            let description = articles.first().map(text_of).unwrap_or_default();
            let replies: Vec<String> = articles
                .iter()
                .skip(1)
                .filter(|article| {
                    by_staff(article) && !article.subject.as_deref().unwrap_or_default().starts_with("Schullotse ")
                })
                .map(text_of)
                .filter(|text| !text.is_empty())
                .collect();
            if !replies.is_empty() {
                solved.push(Resolved { reference: ticket.number, subject: ticket.title, description, replies, at });
            }
        }
        Ok((solved, last.to_string()))
    }

    /// Tickets changed after `since`.
    async fn tickets(&self, since: Timestamp, order: &str, most: usize, page: usize) -> Result<Vec<Ticket>, Fault> {
        let (since, most, page) = (since.to_string(), most.to_string(), page.to_string());
        let query = [
            ("condition[ticket.updated_at][operator]", "after (absolute)"),
            ("condition[ticket.updated_at][value]", since.as_str()),
            ("expand", "true"),
            ("sort_by", "updated_at"),
            ("order_by", order),
            ("per_page", most.as_str()),
            ("page", page.as_str()),
        ];
        self.client.get("tickets/search", &query).await
    }

    async fn articles(&self, ticket: u64) -> Result<Vec<Article>, Fault> {
        self.client.get(&format!("ticket_articles/by_ticket/{ticket}"), &[]).await
    }

    /// What the states are called, and mean: an administrator may have renamed them.
    async fn states(&self) -> Result<BTreeMap<String, RemoteState>, Fault> {
        #[derive(serde::Deserialize)]
        struct State {
            name: String,
            #[serde(default)]
            state_type: String,
        }
        let states: Vec<State> = self.client.get("ticket_states", &[("expand", "true")]).await?;
        let kind = |kind: &str| match kind {
            "new" => RemoteState::New,
            "closed" | "merged" | "removed" => RemoteState::Solved,
            "pending reminder" | "pending action" => RemoteState::Waiting,
            _ => RemoteState::Open,
        };
        Ok(states.into_iter().map(|state| (state.name, kind(&state.state_type))).collect())
    }
}

fn time(cursor: &str) -> Result<Timestamp, Fault> {
    cursor.parse().map_err(|_| Fault::Unacceptable("the cursor is not ours".into()))
}

fn by_staff(article: &Article) -> bool {
    !article.internal && article.sender == "Agent"
}

fn text_of(article: &Article) -> String {
    let text =
        if article.content_type.starts_with("text/html") { of_page(&article.body) } else { article.body.clone() };
    reply::own(&text).chars().take(MOST_CHARS).collect()
}
