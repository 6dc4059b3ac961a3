#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// What a product belongs to; also the span names inside forward and backward.
enum class LayerKind { kEmbedding, kAttention, kMlp, kRouter, kExperts, kSharedExperts, kHead };
std::string_view to_string(LayerKind kind);

/// A weight [out, in] that every token is multiplied with `per_token` times in a forward pass
/// (layers x top_k for experts). One such product costs 2 x in x out FLOPs.
struct MatrixProduct {
  std::string name;  ///< as in the family's weights, without the layer number: "attn.q_b"
  LayerKind kind{};
  int64_t in = 0;
  int64_t out = 0;
  double per_token = 0;
};

/// Scores and weighted sum of `num_layers` attention layers. With causal masking half of the
/// seq_len x seq_len products count; a window bounds the keys that a query sees: see mean_keys.
/// Linear attention, whose state [d_qk, d_v] a token writes once and reads once, costs every token
/// what d_qk x d_v / ((d_qk + d_v) / 2) keys cost: for equal widths those of a head's width, which
/// stand in `window`.
struct AttentionProduct {
  std::string name;
  int64_t num_layers = 0;
  int64_t num_heads = 0;
  int64_t d_qk = 0;
  int64_t d_v = 0;
  std::optional<int64_t> window;
  bool keeps_scores = false;  ///< this program's layer holds the softmax for its backward pass
  bool is_linear = false;     ///< every token costs `window` keys, wherever it stands
};

/// Keys that a token's query sees, averaged over a sequence. Full: all L of the square, or the
/// window w where that is less. Causal: half of the square, L / 2; with a window below L the first
/// w queries see w / 2 on average and the others w, which is w - w^2 / (2 L), L / 2 for w = L.
double mean_keys(const AttentionProduct& attention, int64_t seq_len, bool causal);

/// Parameters by the conventions that are in use (facts: every published "active" figure fits one).
struct ParameterCounts {
  int64_t total = 0;     ///< every stored parameter; tied embeddings once
  int64_t active_a = 0;  ///< all parameters a token touches, both embeddings included
  int64_t active_b = 0;  ///< input embedding excluded, LM head included
  int64_t active_c = 0;  ///< both embeddings excluded
  int64_t matmul = 0;    ///< only weights of matrix products: no look-up, norms or biases
};

/// Numbers that the forward pass of all blocks keeps for their backward pass, for one token; scores
/// of attention come on top. See activation_memory.
struct KeptElements {
  int64_t activations = 0;  ///< in the dtype of the activations
  int64_t fp32 = 0;         ///< router scores, the softmax's normalisers
  int64_t fp32_copies = 0;  ///< router inputs, where the activations are narrower
  int64_t own = 0;       ///< further activations that this program's layers hold, see SpecBuilder
  int64_t own_fp32 = 0;  ///< the same of experts' rows, in fp32 whatever the activations are in
  /// Of `activations` and `own`, those made between the projections around attention's scores: not
  /// kept where attention is computed again.
  int64_t inside_attention = 0;
  int64_t beside_blocks = 0;     ///< of `activations`, those of no block: multi-token prediction's
  int64_t attention_inputs = 0;  ///< of `activations` and `own`: queries, keys and values
  /// Of `activations`, those that nothing but a matrix product reads: in e4m3 where it is fp8.
  int64_t product_inputs = 0;
  int64_t fp8_inputs = 0;   ///< what an fp8 product keeps in e4m3 beside what others keep
  int64_t widened = 0;      ///< of `activations`, those of experts' rows kept as a copy in fp32
  int64_t router_only = 0;  ///< of `activations`, those that live on in a router's fp32 copy
};

/// The FLOP conventions of the mission; see flops_per_token.
enum class FlopConvention { kSixNd, kExactCausal, kExactFull };
/// "six_nd", "exact_causal", "exact_full": the spelling in JSON keys and reports.
std::string_view to_string(FlopConvention convention);

/// A model's shape as accounting sees it. Every figure below is a filter over `products` and
/// `attention`, so the conventions cannot drift apart.
struct ModelSpec {
  std::string id;          ///< registry id, or the name of a run's model
  std::string family;      ///< "gpt2", "llama", "olmoe", "deepseek"
  bool trainable = false;  ///< false: accounting only, no torch module
  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  int64_t num_experts = 0;  ///< routed experts of a mixture layer, 0 for dense
  int64_t top_k = 0;
  bool tied_embeddings = false;  ///< the head's weight is the table of the tokens
  std::vector<MatrixProduct> products;
  std::vector<AttentionProduct> attention;
  ParameterCounts parameters;
  KeptElements kept;
};

/// FLOPs of forward and backward (3 x forward) for one token of a sequence of `seq_len`.
/// kSixNd: 6 x active_a (Kaplan et al. 2020, section 2.1, with all active parameters).
/// kExactFull: 6 x matmul + 3 x sum over layers of 2 heads (d_qk + d_v) seq_len.
/// kExactCausal: the same with the causal mean_keys instead of seq_len.
/// Leaves out norms, activations, rotary embedding, softmax and the optimizer.
Flops flops_per_token(const ModelSpec& spec, FlopConvention convention, int64_t seq_len);

/// What the forward pass is computed again for in the backward pass.
enum class Recompute { kNone, kAttention, kFull };
/// "none", "attention", "full".
std::string_view to_string(Recompute recompute);
/// The setting of that name, or nothing.
std::optional<Recompute> recompute_named(std::string_view name);

/// FLOPs that the hardware does for one token (the numerator of HFU): kExactCausal, and once more
/// the forward pass of what is computed again: attention's scores and sums, or every block (all but
/// the head). Source: Korthikanti et al. 2022, arXiv 2205.05198, section 5.
Flops hardware_flops_per_token(const ModelSpec& spec, Recompute recompute, int64_t seq_len);

/// Bytes that training with bf16 weights and gradients, fp32 master weights and AdamW's two fp32
/// moments holds. Activations: activation_memory.
struct TrainingMemory {
  Bytes weights;         ///< bf16
  Bytes gradients;       ///< bf16
  Bytes master_weights;  ///< fp32
  Bytes moments;         ///< fp32, two
  [[nodiscard]] Bytes total() const { return weights + gradients + master_weights + moments; }
};
TrainingMemory training_memory(const ModelSpec& spec);

/// Bytes held in training: weights, gradients and optimizer state for the given sizes in bytes
/// per parameter. Activations are not in it.
Bytes training_state_bytes(const ModelSpec& spec, double bytes_per_parameter);

/// Bytes that the forward pass of one sequence keeps for its backward pass.
struct ActivationMemory {
  Bytes blocks;
  Bytes head;  ///< inputs of the last norm and of the head, and the logits in fp32
  /// What one part that is computed again holds for the time of its own backward pass.
  Bytes again = {};
  [[nodiscard]] Bytes total() const { return blocks + head + again; }
};

/// What training on one sequence of `seq_len` tokens keeps, with `bytes_per_element` of the
/// activations' dtype and nothing split over devices.
/// kFull: the input of each block, L x d x s elements.
/// kAttention: every tensor that an operation of the backward pass reads (inputs of matrix
/// products, norms and activation functions; q, k, v), each once, and the softmax's normaliser of
/// each head in fp32: what a fused attention keeps. kNone: the same and the softmax, heads x s x
/// keys elements an attention layer (no more keys than the window). Without the dropout masks that
/// this program's models do not have, these are the 34 sbh, 5 as^2 b and 2 sbh a layer of
/// Korthikanti et al. 2022, arXiv 2205.05198, equations 1, 2 and 5 (34 - 2 and 5 - 3); for mixtures
/// and latent attention derived here in the same way: the rows that experts read and write, the
/// router's input and scores in fp32, the latents before and after their norms and the joined keys.
/// Key heads are counted as stored, not repeated. Leaves out gradients in flight, the statistics of
/// norms and what one block computes again.
ActivationMemory activation_memory(const ModelSpec& spec, Recompute recompute, int64_t seq_len,
                                   double bytes_per_element);

/// What this program's own layers keep. Attention is fused, except where an AttentionProduct keeps
/// its scores: then the softmax over all keys and a sink in fp32 and a byte of mask a key, since a
/// window is a mask there. So kNone is not what it is above; kAttention leaves out what they make
/// between the projections around the scores, kFull all but a block's input. What is computed again
/// for the time of one part's backward pass is in `again`: that of the mean layer.
ActivationMemory own_activation_memory(const ModelSpec& spec, Recompute recompute, int64_t seq_len,
                                       double bytes_per_element);

}  // namespace assay
