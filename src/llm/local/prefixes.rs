//! Beginnings of prompts that were read before: their blocks are shared, not read again.
//!
//! A block is known by its 64 tokens and everything before them (a chain of hashes, keyed
//! at random for each process, and the tokens themselves compared). The least recently
//! used go first, the end of a beginning before its start, and the memory is bounded.
//! What a reader wrote is never kept: the engine offers only what comes before it.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use super::cache::{BLOCK, Block};

struct Entry {
    /// Key of the block before; 0 for the first.
    before: u64,
    tokens: Vec<u32>,
    block: Arc<Block>,
    used: u64,
}

/// The beginnings that are kept.
pub(super) struct Prefixes {
    entries: HashMap<u64, Entry>,
    keys: RandomState,
    /// Most blocks.
    most: usize,
    clock: u64,
}

impl Prefixes {
    pub(super) fn new(most: usize) -> Self {
        Self { entries: HashMap::new(), keys: RandomState::new(), most, clock: 0 }
    }

    /// Blocks of the longest known beginning of `tokens`.
    pub(super) fn find(&mut self, tokens: &[u32]) -> Vec<Arc<Block>> {
        let mut found = Vec::new();
        let mut before = 0;
        for tokens in tokens.chunks_exact(BLOCK) {
            let key = self.keys.hash_one((before, tokens));
            match self.entries.get(&key) {
                Some(entry) if entry.before == before && entry.tokens == tokens => found.push(key),
                _ => break,
            }
            before = key;
        }
        self.touch(&found);
        found.iter().filter_map(|key| self.entries.get(key)).map(|entry| entry.block.clone()).collect()
    }

    /// Keeps the blocks of a beginning; `tokens` fill them.
    pub(super) fn keep(&mut self, tokens: &[u32], blocks: &[Arc<Block>]) {
        let mut kept = Vec::new();
        let mut before = 0;
        for (tokens, block) in tokens.chunks_exact(BLOCK).zip(blocks).take(self.most) {
            let key = self.keys.hash_one((before, tokens));
            let entry = || Entry { before, tokens: tokens.to_vec(), block: block.clone(), used: 0 };
            self.entries.entry(key).or_insert_with(entry);
            kept.push(key);
            before = key;
        }
        self.touch(&kept);
        while self.entries.len() > self.most {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| *key);
            oldest.map(|key| self.entries.remove(&key));
        }
    }

    /// Blocks that are kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Marks as used now, the start of a beginning as the latest.
    fn touch(&mut self, keys: &[u64]) {
        for key in keys.iter().rev() {
            self.clock += 1;
            if let Some(entry) = self.entries.get_mut(key) {
                entry.used = self.clock;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(count: usize) -> Vec<Arc<Block>> {
        (0..count).map(|_| Arc::new(Block::empty())).collect()
    }

    fn tokens(beginning: u32, count: u32) -> Vec<u32> {
        (0..count).map(|place| beginning * 10_000 + place).collect()
    }

    fn same(found: &[Arc<Block>], kept: &[Arc<Block>]) -> bool {
        found.len() == kept.len() && found.iter().zip(kept).all(|(found, kept)| Arc::ptr_eq(found, kept))
    }

    #[test]
    fn the_longest_known_beginning_is_found() {
        let mut prefixes = Prefixes::new(10);
        let (rules, shared) = (blocks(3), tokens(1, 192));
        prefixes.keep(&shared, &rules);
        assert!(same(&prefixes.find(&shared), &rules));
        assert!(same(&prefixes.find(&shared[..130]), &rules[..2]));
        let mut other = shared.clone();
        other[70] = 5;
        assert!(same(&prefixes.find(&other), &rules[..1]));
        assert!(prefixes.find(&shared[64..]).is_empty(), "a block counts only behind what was before it");
        assert!(prefixes.find(&shared[..63]).is_empty());
        // What is kept already stays; what is new comes behind it.
        let more = blocks(4);
        prefixes.keep(&[shared.clone(), tokens(2, 64)].concat(), &more);
        let found = prefixes.find(&[shared, tokens(2, 64)].concat());
        assert!(same(&found[..3], &rules) && same(&found[3..], &more[3..]));
    }

    #[test]
    fn the_least_recently_used_goes_first_and_ends_before_starts() {
        let mut prefixes = Prefixes::new(4);
        prefixes.keep(&tokens(1, 128), &blocks(2));
        prefixes.keep(&tokens(2, 128), &blocks(2));
        assert_eq!(prefixes.find(&tokens(1, 128)).len(), 2);
        prefixes.keep(&tokens(3, 64), &blocks(1));
        assert_eq!((prefixes.len(), prefixes.find(&tokens(2, 128)).len()), (4, 1));
        assert_eq!(prefixes.find(&tokens(1, 128)).len(), 2);
        prefixes.keep(&tokens(4, 640), &blocks(10));
        assert_eq!((prefixes.len(), prefixes.find(&tokens(4, 640)).len()), (4, 4));
        let mut none = Prefixes::new(0);
        none.keep(&tokens(1, 64), &blocks(1));
        assert_eq!((none.len(), none.find(&tokens(1, 64)).len()), (0, 0));
    }
}
