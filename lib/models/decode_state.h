#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace assay {

/// What one layer remembers of the tokens decoded so far: the first `num_tokens` columns of the
/// state are filled, the rest is room. A layer that keeps one latent row a token has no values of
/// its own.
struct LayerCache {
  at::Tensor keys;    ///< [B, G, columns, d_qk], G heads of keys and values, never repeated
  at::Tensor values;  ///< [B, G, columns, d_v]; undefined where keys hold all there is
};

/// Where a step of one token stands, as tensors on the device: with them a step is the same work
/// each time, on the same memory, so that it can be recorded once and done again.
struct DecodePlace {
  at::Tensor column;  ///< int64 [1], the column of the step's token
  at::Tensor starts;  ///< int64 [B, 1], the column at which each sequence starts
};

/// What decoding remembers of B sequences that grow by a column a token. Sequences of different
/// lengths are aligned at their end: a shorter one has padding before it (left padding), which no
/// token looks at and which has no position. So the last column is always the newest token of each.
struct DecodeState {
  int64_t capacity = 0;    ///< columns to make room for at once; 0, or when full: room doubles
  int64_t num_tokens = 0;  ///< columns filled, padding included
  /// The column at which each sequence starts; empty: all at 0.
  std::vector<int64_t> starts;
  bool last_logits_only =
      false;  ///< LanguageModel::decode gives the logits of the last column only
  std::vector<LayerCache> layers;
  /// Where it is set, steps write at `place->column` and attention looks at all columns that there
  /// is room for, under a mask. Set by fix_place.
  std::optional<DecodePlace> place;

  /// Appends keys and values [B, G, T, d] (values may be undefined) after the filled columns of
  /// layer `layer`; `num_tokens` itself moves once all layers did. Returns views of all the layer
  /// holds, [B, G, num_tokens + T, d]; with a place all that it has room for, [B, G, columns, d].
  std::pair<at::Tensor, at::Tensor> append(int64_t layer, const at::Tensor& keys,
                                           const at::Tensor& values);

  /// Goes on with these sequences, in this order; one may come several times (samples that share
  /// what came before) and the others are dropped. The place is set no more.
  void keep(std::span<const int64_t> sequences);

  /// Sets `place` to the next column, for `num_sequences` sequences on `device`. Something must
  /// have been decoded, with a capacity. From here on a step is of one token, and who decodes again
  /// by what was recorded moves `place->column` and `num_tokens` on.
  void fix_place(int64_t num_sequences, at::Device device);

  /// Tokens of the longest sequence.
  [[nodiscard]] int64_t longest() const;
  /// Columns that there is room for; 0 before anything was decoded.
  [[nodiscard]] int64_t columns() const;
  /// Memory of all caches, room included.
  [[nodiscard]] int64_t num_bytes() const;
};

}  // namespace assay
