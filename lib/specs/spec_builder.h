#pragma once

#include <cstdint>
#include <string>

#include "specs/model_spec.h"

namespace assay::specs {

/// How often a weight is stored and how often a token is multiplied with it.
struct Copies {
  int64_t stored = 1;
  int64_t per_token = 1;
};

/// A weight that is stored `layers` times and used once in each.
constexpr Copies each_of(int64_t layers) { return {layers, layers}; }

/// Which ends of a matrix product the backward pass reads: its input (for the weight's gradient)
/// and its output (where a norm, a rotation, attention or an activation function comes next).
struct Kept {
  bool input = true;
  bool output = true;
};
inline constexpr Kept kSharedInput{.input = false};  ///< the same input as the product before it
inline constexpr Kept kIntoStream{.output = false};  ///< its output is added to the stream

/// Collects a model's weights once; products and every parameter convention follow from that list.
class SpecBuilder {
 public:
  explicit SpecBuilder(ModelSpec shape) : spec_(std::move(shape)) {}

  /// A weight [out, in] of matrix products.
  void matrix(std::string name, LayerKind kind, int64_t in, int64_t out, Copies copies,
              Kept kept = {});
  /// Further numbers a token that the backward pass reads: inputs of norms, copies in fp32. What
  /// would be counted twice is taken off by a negative number.
  void keep(int64_t elements) { spec_.kept.activations += elements; }
  void keep_fp32(int64_t elements) { spec_.kept.fp32 += elements; }
  void keep_fp32_copy(int64_t elements) { spec_.kept.fp32_copies += elements; }
  /// What this program's layers hold on top, because of how they are written.
  void keep_own(int64_t elements) { spec_.kept.own += elements; }
  /// The same of experts' rows, in fp32 whatever the activations are in.
  void keep_own_fp32(int64_t elements) { spec_.kept.own_fp32 += elements; }
  /// Says of kept numbers that they lie between the projections around attention's scores.
  void inside_attention(int64_t elements) { spec_.kept.inside_attention += elements; }
  /// Says of kept numbers that they belong to no block.
  void beside_blocks(int64_t elements) { spec_.kept.beside_blocks += elements; }
  /// Says of kept numbers that they are queries, keys and values as attention reads them.
  void attention_inputs(int64_t elements) { spec_.kept.attention_inputs += elements; }
  /// Says of kept numbers that only a matrix product reads them.
  void product_inputs(int64_t elements) { spec_.kept.product_inputs += elements; }
  /// Inputs that a product in fp8 quantises and keeps, whoever else keeps them.
  void fp8_inputs(int64_t elements) { spec_.kept.fp8_inputs += elements; }
  /// Says of kept numbers of experts' rows that they are kept as a copy in fp32, whatever the
  /// activations are in.
  void widened(int64_t elements) { spec_.kept.widened += elements; }
  /// Says of kept numbers that they are a router's fp32 copy where activations are narrower.
  void router_only(int64_t elements) { spec_.kept.router_only += elements; }
  /// Weights that every token touches outside of matrix products: norms, biases.
  void vector(int64_t size, int64_t layers);
  /// The same where a token touches some of the copies only: biases of experts.
  void vector(int64_t size, Copies copies);
  /// The table that tokens are looked up in; `tied` where it is the head's weight too.
  void token_embedding(int64_t rows, int64_t width, bool tied);
  /// `times` further products of a token with the head's weight [rows, width], which is stored
  /// once.
  void shared_head(int64_t rows, int64_t width, int64_t times);
  /// The table that positions are looked up in.
  void position_embedding(int64_t rows, int64_t width);
  void attention(AttentionProduct product);
  /// Gives `num_layers` of the last attention's layers a window of keys.
  void split_attention(int64_t num_layers, int64_t window);

  [[nodiscard]] ModelSpec build() const;

 private:
  ModelSpec spec_;
  int64_t total_ = 0;
  int64_t unused_ = 0;  ///< stored, but not touched by one token: experts that were not chosen
  int64_t looked_up_ = 0;
  int64_t head_ = 0;
};

}  // namespace assay::specs
