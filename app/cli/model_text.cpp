#include "app/cli/model_text.h"

#include <fmt/format.h>

#include "app/cli/number_text.h"
#include "app/cli/text_table.h"

namespace assay::app {
namespace {

constexpr auto kLeft = TextTable::Align::kLeft;
constexpr auto kRight = TextTable::Align::kRight;

std::string shape_text(const ModelSpec& spec) {
  std::string text = fmt::format("{} layers, width {}, vocabulary {}, context {}", spec.num_layers,
                                 spec.d_model, spec.vocab_size, spec.max_seq_len);
  if (spec.num_experts > 0) {
    text += fmt::format(", {} routed experts of which {} a token", spec.num_experts, spec.top_k);
  }
  return text;
}

std::string counts_text(const ParameterCounts& counts) {
  TextTable table({}, {kLeft, kRight, kLeft});
  table.add({"total", grouped(counts.total), "every stored parameter, tied embeddings once"});
  table.add(
      {"active A", grouped(counts.active_a), "what a token touches, both embeddings included"});
  table.add({"active B", grouped(counts.active_b), "without the input embedding, with the head"});
  table.add({"active C", grouped(counts.active_c), "without both embeddings"});
  table.add({"matmul", grouped(counts.matmul), "weights of matrix products only"});
  return table.text("  ");
}

std::string flops_text(const ModelSpec& spec, int64_t seq_len) {
  TextTable table({}, {kLeft, kRight, kLeft});
  const auto add = [&](FlopConvention convention, std::string meaning) {
    table.add(
        {std::string(to_string(convention)),
         fmt::format("{:.6g} GFLOP", flops_per_token(spec, convention, seq_len).value() / 1e9),
         std::move(meaning)});
  };
  add(FlopConvention::kSixNd, "6 x active A");
  add(FlopConvention::kExactCausal, "6 x matmul, and attention over the causal half");
  add(FlopConvention::kExactFull, "6 x matmul, and attention over the full square");
  return table.text("  ");
}

// GiB of what training holds, one line a kind.
std::string memory_text(const ModelSpec& spec, int64_t seq_len) {
  TextTable table({}, {kLeft, kRight, kLeft});
  const auto add = [&](std::string name, Bytes bytes, std::string meaning) {
    table.add({std::move(name), fmt::format("{:.4g} GiB", bytes.value() / (1 << 30)),
               std::move(meaning)});
  };
  const TrainingMemory memory = training_memory(spec);
  add("weights", memory.weights, "bf16; gradients take the same again");
  add("optimizer", memory.master_weights + memory.moments, "fp32 master weights, two moments");
  const auto activations = [&](Recompute recompute) {
    return activation_memory(spec, recompute, seq_len, 2).total();
  };
  add("activations", activations(Recompute::kNone), "one sequence, bf16, nothing computed again");
  add("", activations(Recompute::kAttention), "attention fused or computed again");
  add("", activations(Recompute::kFull), "every block computed again");
  return table.text("  ");
}

std::string products_text(const ModelSpec& spec) {
  TextTable table({"product", "kind", "in", "out", "per token"},
                  {kLeft, kLeft, kRight, kRight, kRight});
  for (const MatrixProduct& product : spec.products) {
    table.add({product.name, std::string(to_string(product.kind)), grouped(product.in),
               grouped(product.out), fmt::format("{}", product.per_token)});
  }
  return table.text("  ");
}

std::string attention_text(const ModelSpec& spec) {
  TextTable table({"attention", "layers", "heads", "d_qk", "d_v"},
                  {kLeft, kRight, kRight, kRight, kRight});
  for (const AttentionProduct& product : spec.attention) {
    table.add({product.name, grouped(product.num_layers), grouped(product.num_heads),
               grouped(product.d_qk), grouped(product.d_v)});
  }
  return table.text("  ");
}

}  // namespace

std::string spec_text(const ModelSpec& spec, int64_t seq_len) {
  return fmt::format(
      "family {}, {}\nshape  {}\n\nParameters\n{}\nFLOPs per token, forward and backward, "
      "sequences "
      "of {} tokens\n{}\nMemory in training, nothing split over devices\n{}\nMatrix products of "
      "one token (2 x in x out FLOPs each, forward)\n{}\n"
      "Attention (2 x heads x (d_qk + d_v) FLOPs a key and layer, forward)\n{}",
      spec.family, spec.trainable ? "trainable" : "accounting only", shape_text(spec),
      counts_text(spec.parameters), seq_len, flops_text(spec, seq_len), memory_text(spec, seq_len),
      products_text(spec), attention_text(spec));
}

std::string figure_text(const SourcedMeasure& figure) {
  const std::string place =
      figure.source.locator.empty() ? "" : fmt::format(": {}", figure.source.locator);
  return fmt::format("{} ({}, {}{})", figure.measure.text, figure.source.mark, figure.source.key,
                     place);
}

std::string source_text(const Registry& registry, const SourceRef& ref) {
  const Source& source = registry.source(ref.key);
  std::string text = fmt::format("{} ({}", source.title, ref.mark);
  if (!ref.locator.empty()) text += fmt::format("; {}", ref.locator);
  text += ")";
  return source.url.empty() ? text : fmt::format("{} {}", text, source.url);
}

}  // namespace assay::app
