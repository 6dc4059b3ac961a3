#include "audit/training_compute.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

const RegisteredModel* registered(const RuleContext& context, const std::string& model) {
  const auto found = context.registry().models().find(model);
  return found == context.registry().models().end() ? nullptr : &found->second;
}

// A number that follows from a published shape by our formulas.
Term shape_term(const RuleContext& context, const RegisteredModel& model, double value,
                const std::string& name, const std::string& unit) {
  Term term = constant(value);
  CheckInput shown =
      context.shown(model.source, name, fmt::format("{} {}", exact_text(value), unit));
  shown.mark = model.source.mark == "recalled" ? "recalled" : "derived";
  term.unit = unit;
  term.inputs.push_back({.shown = shown,
                         .source_key = model.source.key,
                         .figure = {},
                         .recalled = model.source.mark == "recalled",
                         .first_hand = true});
  return term;
}

Term quoted_six_nd(const RuleContext& context, const RegisteredModel& model,
                   const SourcedMeasure& parameters) {
  Term n = context.term(parameters, "param", context.say("active_parameters", model.name));
  n.bounds = parameters.measure.printed();
  n.widest = parameters.measure.widest();
  n.steps.front().range = {Shape::kTriangular, std::max(n.bounds.low, 0.0), n.value, n.bounds.high};
  return constant(6) * n;
}

// A figure of the part; of the total where the part is the claim's own training and not another
// run that it compares with.
const Figure* printed_count(const RuleContext& context, const ClaimPart& part,
                            std::string_view role) {
  if (const Figure* own = context.find(part, role)) return own;
  const bool run = part.path.starts_with("runs.");
  return run ? nullptr : context.find(context.claim().total, role);
}

std::optional<Term> printed_six_nd(const RuleContext& context, const ClaimPart& part,
                                   FlopConvention convention) {
  if (convention != FlopConvention::kSixNd) return std::nullopt;
  const Figure* count = printed_count(context, part, "active_params");
  if (count == nullptr) count = printed_count(context, part, "params");
  if (count == nullptr) return std::nullopt;
  return constant(6) * context.term(*count, "param");
}

bool has_counts(const RegisteredModel* model) {
  return model != nullptr && (model->spec || model->published_active || model->published_total);
}

}  // namespace

std::optional<Term> flops_per_token_term(const RuleContext& context, const ClaimPart& part,
                                         FlopConvention convention, const Figure* seq_len) {
  const RegisteredModel* found = registered(context, context.model(part));
  if (!has_counts(found)) return printed_six_nd(context, part, convention);
  if (!found->spec) {
    if (convention != FlopConvention::kSixNd) return std::nullopt;
    if (found->published_active) return quoted_six_nd(context, *found, *found->published_active);
    if (found->published_total) return quoted_six_nd(context, *found, *found->published_total);
    return std::nullopt;
  }
  if (convention == FlopConvention::kSixNd) {
    const auto n = static_cast<double>(found->spec->parameters.active_a);
    return constant(6) *
           shape_term(context, *found, n, context.say("active_parameters", found->name), "param");
  }
  if (seq_len == nullptr) return std::nullopt;
  const auto length = static_cast<int64_t>(seq_len->measure.value);
  const double flops = flops_per_token(*found->spec, convention, length).value();
  return shape_term(context, *found, flops,
                    context.say("flops_per_token_of", found->name, to_string(convention), length),
                    "FLOP/token");
}

std::optional<Term> matmul_parameters_term(const RuleContext& context, const ClaimPart& part) {
  const RegisteredModel* found = registered(context, context.model(part));
  if (found == nullptr || !found->spec) return std::nullopt;
  return shape_term(context, *found, static_cast<double>(found->spec->parameters.matmul),
                    context.say("matmul_parameters", found->name), "param");
}

bool active_parameters_known(const RuleContext& context, const ClaimPart& part) {
  const RegisteredModel* found = registered(context, context.model(part));
  if (has_counts(found)) return found->spec || found->published_active;
  return printed_count(context, part, "active_params") != nullptr;
}

std::optional<Term> flops_formula_term(const RuleContext& context, const std::string& model,
                                       FlopConvention convention, const Figure& seq_len) {
  const RegisteredModel* found = registered(context, model);
  if (found == nullptr || !found->spec || convention == FlopConvention::kSixNd) {
    return std::nullopt;
  }
  const ModelSpec& spec = *found->spec;
  Term sum = constant(6) * shape_term(context, *found, static_cast<double>(spec.parameters.matmul),
                                      context.say("matmul_parameters", found->name), "param");
  for (const AttentionProduct& product : spec.attention) {
    if (product.window) return std::nullopt;  // the keys seen depend on the position
    const Term widths =
        constant(static_cast<double>(product.d_qk)) + constant(static_cast<double>(product.d_v));
    const double passes = convention == FlopConvention::kExactCausal ? 3 : 6;
    sum = sum + constant(passes) * constant(static_cast<double>(product.num_layers)) *
                    constant(static_cast<double>(product.num_heads)) * widths *
                    context.term(seq_len, "token");
  }
  return sum;
}

namespace {

// "bf16" as titles write it.
std::string upper(std::string_view dtype) {
  std::string text(dtype);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace

std::optional<Peak> headline_peak(const RuleContext& context, const std::string& device) {
  const auto found = context.registry().devices().find(device);
  if (found == context.registry().devices().end()) return std::nullopt;
  for (const char* dtype : {"bf16", "fp16"}) {
    const auto peak = found->second.peak_flops.find(dtype);
    if (peak == found->second.peak_flops.end()) continue;
    const std::string name = fmt::format("{} dense {}", found->second.id,
                                         dtype == std::string("bf16") ? "BF16" : "FP16");
    return Peak{context.term(peak->second, "FLOP/s", name), name};
  }
  return std::nullopt;
}

std::optional<Peak> highest_peak(const RuleContext& context, const std::string& device,
                                 const std::string& precision) {
  const auto found = context.registry().devices().find(device);
  if (found == context.registry().devices().end()) return std::nullopt;
  // Narrow to wide: a run at a stated precision may do part of its work in a wider one only.
  constexpr std::array<std::string_view, 5> kTypes{"fp4", "fp8", "fp16", "bf16", "fp32"};
  const auto* first = std::find(kTypes.begin(), kTypes.end(), precision);
  if (precision == "bf16") first = std::find(kTypes.begin(), kTypes.end(), "fp16");
  if (first == kTypes.end()) first = kTypes.begin();
  std::optional<Peak> best;
  std::string_view named;
  for (; first != kTypes.end(); ++first) {
    const auto peak = found->second.peak_flops.find(std::string(*first));
    if (peak == found->second.peak_flops.end()) continue;
    const double value = peak->second.measure.value;
    const bool better_name = *first == precision || (*first == "bf16" && named != precision);
    if (best && (best->term.value > value || (best->term.value == value && !better_name))) continue;
    named = *first;
    std::string name = fmt::format("{} dense {}", found->second.id, upper(*first));
    best = Peak{context.term(peak->second, "FLOP/s", name), name};
  }
  return best;
}

namespace {

// Devices from the figures that `find` gives.
template <class Find>
std::optional<Term> devices_from(const RuleContext& context, const Find& find) {
  if (const Figure* devices = find("devices")) return context.term(*devices, "gpu");
  const Figure* nodes = find("nodes");
  const Figure* each = find("devices_per_node");
  if (nodes == nullptr || each == nullptr) return std::nullopt;
  return context.term(*nodes, "count") * context.term(*each, "gpu");
}

// Hours from the figures that `find` gives.
template <class Find>
std::optional<Term> hours_from(const RuleContext& context, const Find& find) {
  if (const Figure* hours = find("hours")) return context.term(*hours, "gpu_h");
  const Figure* rate = find("hours_per_token");
  const Figure* tokens = find("tokens");
  if (rate != nullptr && tokens != nullptr) {
    return context.term(*rate, "gpu_h/Ttoken") * context.term(*tokens, "Ttoken");
  }
  const std::optional<Term> devices = devices_from(context, find);
  const Figure* wall = find("wall");
  if (devices && wall != nullptr) return *devices * context.term(*wall, "h");
  const Figure* throughput = find("throughput");
  if (!devices || throughput == nullptr || tokens == nullptr) return std::nullopt;
  return context.term(*tokens, "token") * *devices /
         (context.term(*throughput, "token/s") * constant(3600));
}

}  // namespace

std::optional<Term> own_devices_term(const RuleContext& context, const ClaimPart& part) {
  return devices_from(context, [&](std::string_view role) { return part.find(role); });
}

std::optional<Term> devices_term(const RuleContext& context, const ClaimPart& part) {
  if (auto own = own_devices_term(context, part)) return own;
  return devices_from(context, [&](std::string_view role) { return context.find(part, role); });
}

std::optional<Term> hours_term(const RuleContext& context, const ClaimPart& part) {
  // What the claim itself says of its time comes before what another claim says.
  const std::optional<Term> own =
      hours_from(context, [&](std::string_view role) { return part.find(role); });
  if (own) return own;
  return hours_from(context, [&](std::string_view role) { return context.find(part, role); });
}

std::optional<double> highest_admissible_mfu(const RuleContext& context, const ClaimPart& part) {
  const auto bound = context.registry().bands().find("mfu-physical");
  const std::optional<Peak> peak = headline_peak(context, context.device(part));
  const std::optional<Peak> most =
      highest_peak(context, context.device(part), context.precision(part));
  if (bound == context.registry().bands().end() || !peak || !most) return std::nullopt;
  return bound->second.high * most->term.value / peak->term.value;
}

std::string_view usual_mfu_band(const RuleContext& context, const std::string& model,
                                const std::string& device) {
  constexpr std::string_view kAmpere = "2020-05";
  const RegisteredModel* found = registered(context, model);
  const bool dense = found != nullptr && found->spec && found->spec->num_experts == 0;
  const auto known = context.registry().devices().find(device);
  const bool recent =
      known != context.registry().devices().end() && known->second.released >= kAmpere;
  return dense && recent ? "mfu-dense" : "mfu-other";
}

}  // namespace assay::audit
