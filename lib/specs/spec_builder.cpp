#include "specs/spec_builder.h"

#include <utility>

namespace assay::specs {
namespace {

/// Whether fp8 training has the product in e4m3 (models/fp8_layers.h).
bool can_be_fp8(LayerKind kind) { return kind != LayerKind::kRouter && kind != LayerKind::kHead; }

}  // namespace

void SpecBuilder::matrix(std::string name, LayerKind kind, int64_t in, int64_t out, Copies copies,
                         Kept kept) {
  if (kept.input) keep(in * copies.per_token);
  if (kept.output) keep(out * copies.per_token);
  // The input of attention's last product is its output, which its own backward pass reads as well.
  const bool after_attention = kind == LayerKind::kAttention && !kept.output;
  if (kept.input && can_be_fp8(kind)) {
    (after_attention ? spec_.kept.fp8_inputs : spec_.kept.product_inputs) += in * copies.per_token;
  }
  const int64_t size = in * out;
  total_ += size * copies.stored;
  unused_ += size * (copies.stored - copies.per_token);
  spec_.parameters.matmul += size * copies.per_token;
  spec_.products.push_back({.name = std::move(name),
                            .kind = kind,
                            .in = in,
                            .out = out,
                            .per_token = static_cast<double>(copies.per_token)});
}

void SpecBuilder::attention(AttentionProduct product) {
  keep_fp32(product.num_heads * product.num_layers);
  spec_.attention.push_back(std::move(product));
}

void SpecBuilder::vector(int64_t size, int64_t layers) { total_ += size * layers; }

void SpecBuilder::vector(int64_t size, Copies copies) {
  total_ += size * copies.stored;
  unused_ += size * (copies.stored - copies.per_token);
}

void SpecBuilder::token_embedding(int64_t rows, int64_t width, bool tied) {
  head_ = rows * width;
  spec_.tied_embeddings = tied;
  spec_.parameters.matmul += head_;
  spec_.products.push_back(
      {.name = "lm_head", .kind = LayerKind::kHead, .in = width, .out = rows, .per_token = 1});
  total_ += tied ? head_ : 2 * head_;
  if (!tied) looked_up_ += head_;
}

void SpecBuilder::shared_head(int64_t rows, int64_t width, int64_t times) {
  spec_.products.push_back({.name = "shared_head",
                            .kind = LayerKind::kHead,
                            .in = width,
                            .out = rows,
                            .per_token = static_cast<double>(times)});
}

void SpecBuilder::position_embedding(int64_t rows, int64_t width) {
  total_ += rows * width;
  looked_up_ += rows * width;
}

void SpecBuilder::split_attention(int64_t num_layers, int64_t window) {
  AttentionProduct windowed = spec_.attention.back();
  spec_.attention.back().num_layers -= num_layers;
  if (spec_.attention.back().num_layers == 0) spec_.attention.pop_back();
  windowed.num_layers = num_layers;
  windowed.window = window;
  spec_.attention.push_back(std::move(windowed));
}

ModelSpec SpecBuilder::build() const {
  ModelSpec spec = spec_;
  spec.parameters.total = total_;
  spec.parameters.active_a = total_ - unused_;
  spec.parameters.active_b = spec.parameters.active_a - looked_up_;
  spec.parameters.active_c = spec.parameters.active_b - head_;
  return spec;
}

}  // namespace assay::specs
