#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/hf_weights.h"

namespace assay {

/// Lists which Hugging Face tensors fill a decoder's weights, block by block, under the names that
/// most of Llama's relatives share. Ours: models/layers. Theirs: transformers' `modeling_*.py`.
class HfNames {
 public:
  /// Embedding, last norm and head are listed at once. `contains` says what the file has.
  HfNames(const HfContains& contains, bool tie_embeddings);

  /// Turns to a block: `layers_N` and `model.layers.N`.
  void block(int64_t layer);
  /// The same where our name is another one: `ours` ends with a dot.
  void block(int64_t layer, std::string ours);
  /// A tensor that the file may hold, equal to another of it that the model has.
  void copy(std::string hf_name, std::string of) {
    map_.copies.push_back({std::move(hf_name), std::move(of)});
  }
  /// Passes over multi-token prediction, which published files hold as further layers behind the
  /// last one: those from `layer` on that have its eh_proj.
  void ignore_multi_token(int64_t layer);
  /// One tensor of the block for one of our weights.
  void same(std::string_view ours, std::string_view theirs);
  /// Both norms of a block, by their names there.
  void norms(std::string_view attention, std::string_view feed_forward);
  /// q, k and v as rows of one weight (and bias), and o.
  void grouped_query(int64_t q_width, int64_t kv_width, bool qkv_bias);
  /// gate and up as rows of one weight, and down: `ours`.gate_up, `theirs`.gate_proj and so on.
  void gated_mlp(std::string_view ours, std::string_view theirs, int64_t d_ff);
  /// The stacked experts of `feed_forward`, from either layout: one tensor an expert
  /// (`theirs`.7.gate_proj.weight) or stacked (`theirs`.gate_up_proj [E, 2F, D]).
  void experts(std::string_view theirs, int64_t num_experts, int64_t d_expert,
               const std::vector<std::string>& parts = {"gate_proj", "up_proj", "down_proj"});
  /// Stacked experts with biases whose weights are stored [E, in, out], gate and up in turn.
  void interleaved_experts(std::string_view theirs, int64_t d_expert);
  [[nodiscard]] bool has(std::string_view theirs) const;

  [[nodiscard]] HfWeightMap take() { return std::move(map_); }

 private:
  void rows(std::string_view ours,
            const std::vector<std::pair<std::string, int64_t>>& theirs_and_rows);

  const HfContains& contains_;
  HfWeightMap map_;
  std::string ours_;
  std::string theirs_;
};

}  // namespace assay
