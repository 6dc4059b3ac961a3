#include "app/cli/registry_json.h"

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
                         {"window", product.window ? Json(*product.window) : Json()}});
  }
  return attention;
}

Json flops_json(const ModelSpec& spec, int64_t seq_len) {
  Json flops;
  for (const FlopConvention convention :
       {FlopConvention::kSixNd, FlopConvention::kExactCausal, FlopConvention::kExactFull}) {
    flops[std::string(to_string(convention))] = flops_per_token(spec, convention, seq_len).value();
  }
  return flops;
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

Json spec_json(const ModelSpec& spec, int64_t seq_len) {
  const ParameterCounts& counts = spec.parameters;
  return {{"family", spec.family},
          {"trainable", spec.trainable},
          {"num_layers", spec.num_layers},
          {"d_model", spec.d_model},
          {"vocab_size", spec.vocab_size},
          {"max_seq_len", spec.max_seq_len},
          {"num_experts", spec.num_experts},
          {"top_k", spec.top_k},
          {"parameters",
           {{"total", counts.total},
            {"active_a", counts.active_a},
            {"active_b", counts.active_b},
            {"active_c", counts.active_c},
            {"matmul", counts.matmul}}},
          {"seq_len", seq_len},
          {"flops_per_token", flops_json(spec, seq_len)},
          {"products", products_json(spec)},
          {"attention", attention_json(spec)}};
}

Json model_json(const Registry& registry, const RegisteredModel& model, int64_t seq_len) {
  return {{"id", model.id},
          {"name", model.name},
          {"developer", text_or_null(model.developer)},
          {"released", text_or_null(model.released)},
          {"published_total", figure_json(registry, model.published_total)},
          {"published_active", figure_json(registry, model.published_active)},
          {"spec", model.spec ? spec_json(*model.spec, seq_len) : Json()},
          {"source", source_json(registry, model.source)},
          {"note", text_or_null(model.note)}};
}

}  // namespace assay::app
