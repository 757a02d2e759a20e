//! What staff did in Zammad. It has no list of what happened: tickets are read by the time of their last change,
//! from a little before the last one seen, and what is told has a name of its own.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    Zammad,
    cursor::{Cursor, time},
    wire::{Article, Links, Ticket},
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
/// The state of a merged ticket, whatever it is called.
const MERGED_TYPE: &str = "merged";

/// What the states of this Zammad mean, by their names.
type States = BTreeMap<String, State>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Is(RemoteState),
    Merged,
}

impl Zammad {
    pub(super) async fn changed(&self, cursor: Option<&str>) -> Result<Changes, Fault> {
        let Some(cursor) = cursor else {
            let newest = self.tickets(Timestamp::UNIX_EPOCH, "desc", 1, 1).await?;
            let begin = newest.first().and_then(|ticket| ticket.updated_at).unwrap_or(Timestamp::UNIX_EPOCH);
            return Ok(Changes { cursor: begin.to_string(), ..Changes::default() });
        };
        let mut cursor: Cursor = cursor.parse()?;
        let since = cursor.since;
        let from = since.saturating_sub(OVERLAP).unwrap_or(since);
        let (me, states) = (self.me().await?.id, self.states().await?);
        let mut told = Changes::default();
        let (mut last, mut followed) = (since, false);
        // Where all that was read lies in the overlap, the next call goes on behind it.
        let before = cursor.pages;
        cursor.pages = before + PAGES;
        for page in before + 1..=before + PAGES {
            let tickets = self.tickets(from, "asc", TICKETS, page).await?;
            let full = tickets.len() == TICKETS;
            for ticket in tickets {
                let Some(at) = ticket.updated_at else { continue };
                last = last.max(at);
                let ours = ticket.value(&self.access.id_field).is_some_and(|id| !id.is_empty());
                if !ours && !cursor.merged.contains(&ticket.id) {
                    continue;
                }
                if states.get(&ticket.state) == Some(&State::Merged) {
                    // What was written there since was not read yet.
                    followed |= self.merged(&ticket, at, &states, &mut cursor, &mut told.changes).await?;
                } else {
                    self.tell(&ticket, at, from, me, &states, &mut told.changes).await?;
                }
            }
            told.more = full || followed;
            // Else all of them lay in the overlap, and the same would be read again.
            if !full || last > since {
                cursor.pages = 0;
                break;
            }
        }
        cursor.since = last;
        told.cursor = cursor.to_string();
        Ok(told)
    }

    /// Where a merged ticket went; one of which nothing says that has ended. Whether the other one is from now
    /// on read, too.
    async fn merged(
        &self,
        ticket: &Ticket,
        at: Timestamp,
        states: &States,
        cursor: &mut Cursor,
        told: &mut Vec<Change>,
    ) -> Result<bool, Fault> {
        let id = ticket.id.to_string();
        let query = [("link_object", "Ticket"), ("link_object_value", id.as_str())];
        let links: Links = self.client.get("links", &query).await?;
        let parent = links.links.iter().find(|link| link.kind == "parent" && link.object == "Ticket");
        let mut tell = |id: String, reference: &str, kind| {
            told.push(Change { id, reference: reference.to_owned(), at, kind });
        };
        let Some(parent) = parent else {
            tell(format!("ticket-{id}-ended"), &ticket.number, ChangeKind::State(RemoteState::Closed));
            return Ok(false);
        };
        let into: Ticket = self.client.get(&format!("tickets/{}", parent.id), &[("expand", "true")]).await?;
        let merged = ChangeKind::Merged { into: into.number.clone() };
        tell(format!("ticket-{id}-merged-{}", into.id), &ticket.number, merged);
        if let Some(State::Is(state)) = states.get(&into.state) {
            tell(format!("ticket-{id}-merged-{}-state", into.id), &into.number, ChangeKind::State(*state));
        }
        Ok(cursor.follow(into.id))
    }

    /// Answers of staff since `from` and the state of one ticket.
    async fn tell(
        &self,
        ticket: &Ticket,
        at: Timestamp,
        from: Timestamp,
        me: u64,
        states: &States,
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
        // That it is open we may have said ourselves, last; that it has ended holds whoever wrote since.
        let ours = ticket.updated_by_id == me;
        let told_by_us = |state: &State| matches!(state, State::Is(RemoteState::Open | RemoteState::New)) && ours;
        if let Some(State::Is(state)) = states.get(&ticket.state).filter(|state| !told_by_us(state)) {
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
            if states.get(&ticket.state) != Some(&State::Is(RemoteState::Solved)) {
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
                let persons =
                    articles.iter().filter_map(|article| article.from.as_deref()).flat_map(names_in).collect();
                let (reference, subject) = (ticket.number, ticket.title);
                solved.push(Resolved { reference, subject, description, replies, persons, at });
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
    async fn states(&self) -> Result<States, Fault> {
        #[derive(serde::Deserialize)]
        struct Known {
            name: String,
            #[serde(default)]
            state_type: String,
        }
        let states: Vec<Known> = self.client.get("ticket_states", &[("expand", "true")]).await?;
        let kind = |kind: &str| match kind {
            "new" => State::Is(RemoteState::New),
            "closed" => State::Is(RemoteState::Solved),
            MERGED_TYPE => State::Merged,
            "removed" => State::Is(RemoteState::Closed),
            "pending reminder" | "pending action" => State::Is(RemoteState::Waiting),
            _ => State::Is(RemoteState::Open),
        };
        Ok(states.into_iter().map(|state| (state.name, kind(&state.state_type))).collect())
    }
}

/// Name and address of `Jo Muster <jo@amt.example>`.
fn names_in(from: &str) -> Vec<String> {
    let parts = from.split(['<', '>']).map(|part| part.trim().trim_matches('"').to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

fn by_staff(article: &Article) -> bool {
    !article.internal && article.sender == "Agent"
}

fn text_of(article: &Article) -> String {
    let text =
        if article.content_type.starts_with("text/html") { of_page(&article.body) } else { article.body.clone() };
    reply::own(&text).chars().take(MOST_CHARS).collect()
}
