#include "models/fp8_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "error/error.h"
#include "kernels/fp8_linear.h"
#include "models/layers/linear.h"
#include "models/layers/mixture.h"

namespace assay {
namespace {

/// A layer that can compute in fp8.
struct Candidate {
  std::string name;
  std::shared_ptr<torch::nn::Module> module;
  bool chosen = false;
};

std::vector<Candidate> fp8_candidates(const torch::nn::Module& model) {
  std::vector<Candidate> candidates;
  for (const auto& item : model.named_modules("", /*include_self=*/false)) {
    const bool linear = item.value()->as<models::LinearImpl>() != nullptr;
    if (item.value()->as<models::MixtureImpl>() != nullptr) {
      candidates.push_back({.name = item.key() + ".experts", .module = item.value()});
    } else if (linear && item.key() != "lm_head") {
      candidates.push_back({.name = item.key(), .module = item.value()});
    }
  }
  return candidates;
}

bool fits_one_of(const std::string& name, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return name.find(part) != std::string::npos; });
}

void require_each_fits(const std::vector<std::string>& keep,
                       const std::vector<Candidate>& candidates) {
  for (const std::string& part : keep) {
    const bool fits = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) {
      return c.name.find(part) != std::string::npos;
    });
    if (fits) continue;
    throw ConfigError(fmt::format(
        "[models] train.keep_bf16 names no layer that could be in fp8: \"{}\" (there is: {})", part,
        candidates.empty() ? "none" : candidates.front().name));
  }
}

void require_widths(const std::string& name, const at::Tensor& weight) {
  const int64_t out = weight.size(-2);
  const int64_t in = weight.size(-1);
  if (kernels::fp8_widths_fit(out, in)) return;
  throw ConfigError(
      fmt::format("[models] fp8 products want widths that are multiples of 16: {} is {} x {} "
                  "(train.keep_bf16 = \"{}\" keeps it in bf16)",
                  name, out, in, name));
}

void switch_to_fp8(const Candidate& candidate) {
  if (auto* mixture = candidate.module->as<models::MixtureImpl>()) {
    for (const at::Tensor& weight : mixture->expert_weights()) {
      require_widths(candidate.name, weight);
    }
    mixture->use_fp8();
    return;
  }
  auto* linear = candidate.module->as<models::LinearImpl>();
  require_widths(candidate.name, linear->weight);
  linear->use_fp8();
}

/// "layers_12.attention.out" as "layers_*.attention.out".
std::string without_numbers(const std::string& name) {
  std::string pattern;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(name[i])) != 0;
    const bool in_number =
        digit && !pattern.empty() && (pattern.back() == '_' || pattern.back() == '*');
    if (!in_number) {
      pattern += name[i];
    } else if (pattern.back() == '_') {
      pattern += '*';
    }
  }
  return pattern;
}

/// The names of the chosen (or not chosen) layers; one for all where the pattern says it.
std::vector<std::string> names_where(const std::vector<Candidate>& candidates, bool chosen) {
  std::map<std::string, bool> whole;  // patterns all of whose layers are meant
  for (const Candidate& candidate : candidates) {
    const auto [found, fresh] = whole.try_emplace(without_numbers(candidate.name), true);
    found->second = found->second && candidate.chosen == chosen;
  }
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) {
    if (candidate.chosen != chosen) continue;
    const std::string pattern = without_numbers(candidate.name);
    const std::string& name = whole.at(pattern) ? pattern : candidate.name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

Fp8Layers use_fp8(torch::nn::Module& model, const std::vector<std::string>& keep) {
  std::vector<Candidate> candidates = fp8_candidates(model);
  require_each_fits(keep, candidates);
  bool any = false;
  for (Candidate& candidate : candidates) {
    candidate.chosen = !fits_one_of(candidate.name, keep);
    if (candidate.chosen) switch_to_fp8(candidate);
    any = any || candidate.chosen;
  }
  if (!any) {
    throw ConfigError(
        "[models] no layer is left to compute in fp8 (train.precision = \"bf16\" says so)");
  }
  return {.products = names_where(candidates, true),
          .kept_in_bf16 = names_where(candidates, false)};
}

}  // namespace assay
