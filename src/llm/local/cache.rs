//! Keys and values of the tokens that a generation has seen, in blocks of 64 tokens.
//!
//! Blocks are counted references: two generations with the same beginning share its
//! blocks, and whoever writes into a shared block first takes a copy of its own. Numbers
//! have 16 bits, half of what they would cost otherwise; the answer does not change
//! noticeably (llama.cpp does the same).
//!
//! Keys stand transposed, 64 tokens side by side for each number of a head, so that one
//! pass over a block gives the scores of many tokens at once without adding across lanes.

use std::sync::Arc;

use half::{f16, slice::HalfFloatSliceExt};

use super::geometry::Geometry;

/// Tokens of a block.
pub(super) const BLOCK: usize = 64;

/// Sizes that keys and values have in every block of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CacheShape {
    layers: usize,
    kv_heads: usize,
    head_dim: usize,
}

impl CacheShape {
    pub(super) fn of(geometry: &Geometry) -> Self {
        Self { layers: geometry.layers, kv_heads: geometry.kv_heads, head_dim: geometry.head_dim }
    }

    /// Numbers of one head's keys, or values, in a block.
    fn head(self) -> usize {
        BLOCK * self.head_dim
    }

    fn numbers(self) -> usize {
        2 * self.layers * self.kv_heads * self.head()
    }

    /// Bytes of a block.
    pub(super) fn block_bytes(self) -> usize {
        self.numbers() * size_of::<f16>()
    }

    /// Where a head's keys begin; its values follow those of all heads.
    fn place(self, layer: usize, values: bool, head: usize) -> usize {
        ((layer * 2 + usize::from(values)) * self.kv_heads + head) * self.head()
    }
}

/// Keys and values of 64 tokens in all layers.
#[derive(Clone)]
pub(super) struct Block(Vec<f16>);

impl Block {
    #[cfg(test)]
    pub(super) fn empty() -> Self {
        Self(Vec::new())
    }
}

/// The tokens that one generation has seen.
pub(super) struct Cache {
    shape: CacheShape,
    blocks: Vec<Arc<Block>>,
    len: usize,
}

impl Cache {
    /// A cache that begins with full blocks, which others may share.
    pub(super) fn starting_with(shape: CacheShape, blocks: Vec<Arc<Block>>) -> Self {
        Self { shape, len: blocks.len() * BLOCK, blocks }
    }

    /// The same tokens in blocks of its own.
    pub(super) fn copy(&self) -> Self {
        let blocks = self.blocks.iter().map(|block| Arc::new(Block::clone(block))).collect();
        Self { shape: self.shape, blocks, len: self.len }
    }

    /// Tokens seen.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The blocks that are full and will not change any more unless tokens are taken back.
    pub(super) fn full(&self) -> &[Arc<Block>] {
        &self.blocks[..self.len / BLOCK]
    }

    /// Takes the last tokens back.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.blocks.truncate(self.len.div_ceil(BLOCK));
    }

    /// Makes room for tokens behind the last one, in blocks that nobody else sees.
    pub(super) fn reserve(&mut self, tokens: usize) {
        let first = self.len / BLOCK;
        for block in self.blocks.iter_mut().skip(first) {
            Arc::make_mut(block);
        }
        let needed = (self.len + tokens).div_ceil(BLOCK);
        let numbers = self.shape.numbers();
        self.blocks.resize_with(needed.max(self.blocks.len()), || Arc::new(Block(vec![f16::ZERO; numbers])));
    }

    /// Counts reserved and written tokens as seen.
    pub(super) fn advance(&mut self, tokens: usize) {
        self.len += tokens;
    }

    /// Writes one token's keys and values, all heads of one layer, into reserved room.
    ///
    /// # Panics
    /// Where no room was reserved.
    pub(super) fn write(&mut self, layer: usize, position: usize, keys: &[f32], values: &[f32]) {
        let CacheShape { head_dim, .. } = self.shape;
        let shape = self.shape;
        let block = Arc::make_mut(&mut self.blocks[position / BLOCK]);
        let within = position % BLOCK;
        let mut halves = [f16::ZERO; 1_024];
        for (head, (keys, values)) in keys.chunks_exact(head_dim).zip(values.chunks_exact(head_dim)).enumerate() {
            let from = shape.place(layer, true, head) + within * head_dim;
            block.0[from..from + head_dim].convert_from_f32_slice(values);
            let halves = &mut halves[..head_dim];
            halves.convert_from_f32_slice(keys);
            let from = shape.place(layer, false, head) + within;
            for (to, key) in block.0[from..].iter_mut().step_by(BLOCK).zip(halves.iter()) {
                *to = *key;
            }
        }
    }

    /// A head's keys in a block: one row of 64 tokens for each number of the head.
    pub(super) fn keys(&self, layer: usize, head: usize, block: usize) -> &[f16] {
        &self.blocks[block].0[self.shape.place(layer, false, head)..][..self.shape.head()]
    }

    /// A head's values in a block: one row for each token.
    pub(super) fn values(&self, layer: usize, head: usize, block: usize) -> &[f16] {
        &self.blocks[block].0[self.shape.place(layer, true, head)..][..self.shape.head()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: CacheShape = CacheShape { layers: 2, kv_heads: 3, head_dim: 4 };

    fn row(position: usize, layer: usize) -> Vec<f32> {
        (0..12_u16).map(|number| f32::from(number) + f32::from(u16::try_from(position * 2 + layer).unwrap())).collect()
    }

    fn grown(cache: &mut Cache, tokens: usize) {
        cache.reserve(tokens);
        for position in cache.len()..cache.len() + tokens {
            for layer in 0..2 {
                cache.write(layer, position, &row(position, layer), &row(position, layer + 1));
            }
        }
        cache.advance(tokens);
    }

    fn key(cache: &Cache, layer: usize, head: usize, position: usize, number: usize) -> f32 {
        cache.keys(layer, head, position / BLOCK)[number * BLOCK + position % BLOCK].to_f32()
    }

    fn value(cache: &Cache, layer: usize, head: usize, position: usize, number: usize) -> f32 {
        cache.values(layer, head, position / BLOCK)[position % BLOCK * 4 + number].to_f32()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "small whole numbers are exact in 16 bits")]
    fn what_is_written_is_read_at_its_place() {
        let mut cache = Cache::starting_with(SHAPE, Vec::new());
        for tokens in [1, 62, 1, 1, 70] {
            grown(&mut cache, tokens);
        }
        assert_eq!((cache.len(), cache.full().len()), (135, 2));
        for position in 0..135 {
            for (layer, head, number) in [(0, 0, 0), (0, 2, 3), (1, 1, 2)] {
                assert_eq!(key(&cache, layer, head, position, number), row(position, layer)[head * 4 + number]);
                assert_eq!(value(&cache, layer, head, position, number), row(position, layer + 1)[head * 4 + number]);
            }
        }
    }

    /// Two generations from one beginning never see what the other adds, also inside a shared block.
    #[test]
    #[expect(clippy::float_cmp, reason = "small whole numbers are exact in 16 bits")]
    fn a_shared_beginning_is_copied_before_it_is_written() {
        let mut first = Cache::starting_with(SHAPE, Vec::new());
        grown(&mut first, 2 * BLOCK);
        let mut second = Cache::starting_with(SHAPE, first.full().to_vec());
        assert!(Arc::ptr_eq(&first.blocks[0], &second.blocks[0]));
        second.truncate(BLOCK + 3);
        second.reserve(1);
        second.write(0, BLOCK + 3, &[500.0; 12], &[600.0; 12]);
        second.advance(1);
        assert!(Arc::ptr_eq(&first.blocks[0], &second.blocks[0]) && !Arc::ptr_eq(&first.blocks[1], &second.blocks[1]));
        assert_eq!(key(&second, 0, 0, BLOCK + 3, 0), 500.0);
        assert_eq!(key(&first, 0, 0, BLOCK + 3, 0), row(BLOCK + 3, 0)[0]);
        assert_eq!(key(&second, 0, 0, BLOCK + 2, 1), row(BLOCK + 2, 0)[1]);
    }
}
