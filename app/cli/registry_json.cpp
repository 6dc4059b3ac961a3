#include "app/cli/registry_json.h"

#include <fmt/format.h>

#include <cmath>

#include "error/error.h"

namespace assay::app {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json products_json(const ModelSpec& spec) {
  Json products = Json::array();
  for (const MatrixProduct& product : spec.products) {
    products.push_back({{"name", product.name},
                        {"kind", std::string(to_string(product.kind))},
                        {"in", product.in},
                        {"out", product.out},
                        {"per_token", product.per_token}});
  }
  return products;
}

Json attention_json(const ModelSpec& spec) {
  Json attention = Json::array();
  for (const AttentionProduct& product : spec.attention) {
    attention.push_back({{"name", product.name},
                         {"num_layers", product.num_layers},
                         {"num_heads", product.num_heads},
                         {"d_qk", product.d_qk},
                         {"d_v", product.d_v},
                         {"window", product.window ? Json(*product.window) : Json()},
                         {"linear", product.is_linear}});
  }
  return attention;
}

// A count, which a double holds exactly up to 2^53 only. Throws: DataError beyond.
int64_t whole(double value) {
  constexpr double kLargest = 9007199254740992;
  if (!(value <= kLargest)) {
    throw DataError(fmt::format(
        "[models] a figure of this model is too large to be exact: {:.3g}, above 2^53", value));
  }
  return static_cast<int64_t>(std::llround(value));
}

// Counts of FLOPs are whole numbers (one token's attention over half of an odd sequence is
// 3 x 2 x heads x width x length / 2), except the mean over a window that does not divide its
// square, which is rounded.
Json flops_json(const ModelSpec& spec, int64_t seq_len) {
  Json flops{{"seq_len", seq_len}};
  for (const FlopConvention convention :
       {FlopConvention::kSixNd, FlopConvention::kExactCausal, FlopConvention::kExactFull}) {
    flops[std::string(to_string(convention))] =
        whole(flops_per_token(spec, convention, seq_len).value());
  }
  return flops;
}

Json hardware_flops_json(const ModelSpec& spec, int64_t seq_len) {
  Json flops{{"seq_len", seq_len}};
  for (const Recompute recompute : {Recompute::kNone, Recompute::kAttention, Recompute::kFull}) {
    flops[std::string(to_string(recompute))] =
        whole(hardware_flops_per_token(spec, recompute, seq_len).value());
  }
  return flops;
}

// Activations are those of one sequence in bf16, by what is computed again.
Json memory_json(const ModelSpec& spec, int64_t seq_len) {
  const TrainingMemory memory = training_memory(spec);
  const auto activations = [&](Recompute recompute) {
    return whole(activation_memory(spec, recompute, seq_len, 2).total().value());
  };
  return {{"weights_bf16", whole(memory.weights.value())},
          {"gradients_bf16", whole(memory.gradients.value())},
          {"master_weights_fp32", whole(memory.master_weights.value())},
          {"adamw_moments_fp32", whole(memory.moments.value())},
          {"training_state", whole(memory.total().value())},
          {"activations_none_bf16", activations(Recompute::kNone)},
          {"activations_attention_bf16", activations(Recompute::kAttention)},
          {"activations_full_bf16", activations(Recompute::kFull)}};
}

// What the figures "activations_*" of memory_bytes stand for.
Json activations_json(int64_t seq_len) {
  return {{"sequences", 1},
          {"seq_len", seq_len},
          {"provenance", "derived"},
          {"source",
           "Korthikanti et al. 2022, arXiv 2205.05198, equations 1, 2 and 5, without dropout; for "
           "SwiGLU, shared key heads, mixtures and latent attention derived in the same way"}};
}

Json shape_json(const ModelSpec& spec) {
  return {{"num_layers", spec.num_layers},   {"d_model", spec.d_model},
          {"vocab_size", spec.vocab_size},   {"max_seq_len", spec.max_seq_len},
          {"num_experts", spec.num_experts}, {"top_k", spec.top_k}};
}

}  // namespace

Json source_json(const Registry& registry, const SourceRef& ref) {
  const Source& source = registry.source(ref.key);
  return {{"key", ref.key},
          {"title", source.title},
          {"url", text_or_null(source.url)},
          {"published", text_or_null(source.published)},
          {"retrieved", text_or_null(source.retrieved)},
          {"hand", source.hand},
          {"locator", text_or_null(ref.locator)},
          {"mark", ref.mark}};
}

Json figure_json(const Registry& registry, const std::optional<SourcedMeasure>& figure) {
  if (!figure) return {};
  return {{"value", figure->measure.value},
          {"unit", std::string(base_unit(figure->measure.dimension))},
          {"text", figure->measure.text},
          {"source", source_json(registry, figure->source)}};
}

Json device_json(const Registry& registry, const Device& device) {
  Json peaks = Json::object();
  for (const auto& [dtype, peak] : device.peak_flops) peaks[dtype] = figure_json(registry, peak);
  return {{"id", device.id},
          {"name", device.name},
          {"vendor", device.vendor},
          {"kind", device.kind},
          {"architecture", device.architecture},
          {"released", text_or_null(device.released)},
          {"match_names", device.match_names},
          {"peak_flops", peaks},
          {"memory", figure_json(registry, device.memory)},
          {"bandwidth", figure_json(registry, device.bandwidth)},
          {"interconnect", figure_json(registry, device.interconnect)},
          {"tdp", figure_json(registry, device.tdp)},
          {"note", text_or_null(device.note)}};
}

Json spec_json(const std::string& name, const ModelSpec& spec, int64_t seq_len) {
  const ParameterCounts& counts = spec.parameters;
  return {{"name", name},
          {"family", spec.family},
          {"trainable", spec.trainable},
          {"total_params", counts.total},
          {"active_params",
           {{"all", counts.active_a},
            {"no_input_embedding", counts.active_b},
            {"no_embeddings", counts.active_c}}},
          {"matmul_params", counts.matmul},
          {"flops_per_token", flops_json(spec, seq_len)},
          {"hardware_flops_per_token", hardware_flops_json(spec, seq_len)},
          {"memory_bytes", memory_json(spec, seq_len)},
          {"activations", activations_json(seq_len)},
          {"shape", shape_json(spec)},
          {"products", products_json(spec)},
          {"attention", attention_json(spec)}};
}

namespace {

// A count that its maker printed: quoted, whether or not a formula gives it too.
Json published_json(const Registry& registry, const std::optional<SourcedMeasure>& figure) {
  Json json = figure_json(registry, figure);
  if (figure) json["provenance"] = "quoted";
  return json;
}

}  // namespace

Json model_json(const Registry& registry, const RegisteredModel& model, int64_t seq_len) {
  Json one;
  if (model.spec) {
    one = spec_json(model.id, *model.spec, seq_len);
  } else {
    one = {{"name", model.id}, {"family", Json()}, {"trainable", false}};
    for (const char* key : {"total_params", "active_params", "matmul_params", "flops_per_token",
                            "hardware_flops_per_token", "memory_bytes", "activations", "shape",
                            "products", "attention"}) {
      one[key] = Json();
    }
  }
  one["title"] = model.name;
  one["developer"] = text_or_null(model.developer);
  one["released"] = text_or_null(model.released);
  one["published_total"] = published_json(registry, model.published_total);
  one["published_active"] = published_json(registry, model.published_active);
  one["source"] = source_json(registry, model.source);
  one["note"] = text_or_null(model.note);
  return one;
}

}  // namespace assay::app
