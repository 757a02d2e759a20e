//! Attention over the cache, block by block.
//!
//! A piece of work is up to 16 neighbouring tokens of one run and one head of keys, with
//! all query heads that share it: each block of keys and values is read once for all of
//! them. Scores never stand in memory as a whole; the running maximum and sum are
//! corrected from block to block (online softmax, as in `FlashAttention`,
//! <https://arxiv.org/abs/2205.14135>), so that work and memory stay inside the
//! processor's nearest cache however long the context is. Where a layer looks through a
//! sliding window, blocks that lie before it are not read.

use super::{
    cache::{BLOCK, Cache},
    geometry::Geometry,
    kernel::{self, Level, Product},
    parallel,
};

/// Tokens of a run that are worked on together.
const TOGETHER: usize = 16;

/// Tokens of one cache within a pass.
pub(super) struct View<'a> {
    pub(super) cache: &'a Cache,
    /// Position of the first of them.
    pub(super) start: usize,
    pub(super) count: usize,
}

/// Up to [`TOGETHER`] tokens of a view.
struct Piece<'a> {
    view: &'a View<'a>,
    /// Row of the first token in the pass.
    row: usize,
    /// Position of the first token.
    start: usize,
    count: usize,
}

/// Mixes the values of what each token may see: queries in, as many numbers out, a row a token.
pub(super) fn attend(level: Level, geometry: &Geometry, layer: usize, views: &[View<'_>], queries: &[f32]) -> Vec<f32> {
    let Geometry { heads, kv_heads, head_dim, .. } = *geometry;
    let shared = heads / kv_heads;
    let mut pieces = Vec::new();
    let mut row = 0;
    for view in views {
        for from in (0..view.count).step_by(TOGETHER) {
            let count = TOGETHER.min(view.count - from);
            pieces.push(Piece { view, row: row + from, start: view.start + from, count });
        }
        row += view.count;
    }
    let most = pieces.iter().map(|piece| piece.count).max().unwrap_or(0);
    let size = most * shared * head_dim;
    let mut mixed = vec![0.0; pieces.len() * kv_heads * size];
    parallel::runs(&mut mixed, size, |place, mixed| {
        let (piece, head) = (&pieces[place / kv_heads], place % kv_heads);
        let mut rows = Vec::with_capacity(piece.count * shared * head_dim);
        for token in 0..piece.count {
            let from = ((piece.row + token) * heads + head * shared) * head_dim;
            rows.extend_from_slice(&queries[from..from + shared * head_dim]);
        }
        piece.mix(level, geometry, layer, head, &rows, &mut mixed[..rows.len()]);
    });
    // From pieces to rows: the query heads of one key head stand together in both.
    let mut output = vec![0.0; row * heads * head_dim];
    let width = shared * head_dim;
    for (place, mixed) in mixed.chunks_exact(size).enumerate() {
        let (piece, head) = (&pieces[place / kv_heads], place % kv_heads);
        for (token, mixed) in mixed.chunks_exact(width).take(piece.count).enumerate() {
            let to = ((piece.row + token) * kv_heads + head) * width;
            output[to..to + width].copy_from_slice(mixed);
        }
    }
    output
}

impl Piece<'_> {
    /// One head of keys: `queries` and `mixed` are (token, query head, number of a head).
    fn mix(&self, level: Level, geometry: &Geometry, layer: usize, head: usize, queries: &[f32], mixed: &mut [f32]) {
        let size = geometry.head_dim;
        let shared = geometry.heads / geometry.kv_heads;
        let rows = self.count * shared;
        let mut scores = vec![0.0_f32; rows * BLOCK];
        let (mut greatest, mut sums) = (vec![f32::NEG_INFINITY; rows], vec![0.0_f32; rows]);
        let seen = self.start + self.count;
        let first = geometry.first_seen(layer, self.start) / BLOCK;
        for block in first..seen.div_ceil(BLOCK) {
            let base = block * BLOCK;
            let tokens = BLOCK.min(seen - base);
            // Whole lanes; what is beyond the tokens is never looked at.
            let columns = tokens.next_multiple_of(16);
            let product = Product { rows, inner: size, columns, strides: [size, BLOCK, BLOCK], add: false };
            product.compute(level, queries, self.view.cache.keys(layer, head, block), &mut scores);
            for row in 0..rows {
                let scores = &mut scores[row * BLOCK..][..tokens];
                let position = self.start + row / shared;
                let end = (position + 1).saturating_sub(base).min(tokens);
                let begin = geometry.first_seen(layer, position).saturating_sub(base).min(end);
                let (before_it, rest) = scores.split_at_mut(begin);
                let (visible, after_it) = rest.split_at_mut(end - begin);
                before_it.fill(0.0);
                after_it.fill(0.0);
                let before = greatest[row];
                let (now, sum) = kernel::softmax(level, visible, before);
                if now > before && block > first {
                    let less = (before - now).exp();
                    sums[row] *= less;
                    mixed[row * size..][..size].iter_mut().for_each(|value| *value *= less);
                }
                greatest[row] = now;
                sums[row] += sum;
            }
            let product =
                Product { rows, inner: tokens, columns: size, strides: [BLOCK, size, size], add: block > first };
            product.compute(level, &scores, self.view.cache.values(layer, head, block), mixed);
        }
        for (row, mixed) in mixed.chunks_exact_mut(size).enumerate() {
            let whole = 1.0 / sums[row];
            for value in mixed {
                *value *= whole;
            }
        }
    }
}
