#include "models/fp8_layers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <functional>
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

std::vector<at::Tensor> weights_of(const Candidate& candidate) {
  if (const auto* mixture = candidate.module->as<models::MixtureImpl>()) {
    return mixture->expert_weights();
  }
  return {candidate.module->as<models::LinearImpl>()->weight};
}

void switch_to_fp8(const Candidate& candidate) {
  if (auto* mixture = candidate.module->as<models::MixtureImpl>()) {
    mixture->use_fp8();
  } else {
    candidate.module->as<models::LinearImpl>()->use_fp8();
  }
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

/// Whether a part of `train.keep_bf16` is one of the layer's name, or of its pattern.
bool fits(const std::string& name, const std::string& part) {
  return name.find(part) != std::string::npos ||
         without_numbers(name).find(part) != std::string::npos;
}

/// What `train.keep_bf16` calls a layer and its like in other blocks: "layers_12.mlp.down" as
/// "mlp.down".
std::string name_in_block(const std::string& name) {
  const std::string pattern = without_numbers(name);
  const size_t number = pattern.rfind("*.");
  return number == std::string::npos ? name : pattern.substr(number + 2);
}

/// Throws ConfigError, with what would keep all such layers in bf16, where a chosen layer has a
/// width that fp8 products cannot have.
void require_widths(const std::vector<Candidate>& candidates) {
  std::string first;
  std::vector<std::string> keep;
  bool any_fits = false;
  for (const Candidate& candidate : candidates) {
    if (!candidate.chosen) continue;
    const std::vector<at::Tensor> weights = weights_of(candidate);
    const auto unfit = std::find_if(weights.begin(), weights.end(), [](const at::Tensor& weight) {
      return !kernels::fp8_widths_fit(weight.size(-2), weight.size(-1));
    });
    any_fits = any_fits || unfit == weights.end();
    if (unfit == weights.end()) continue;
    if (first.empty()) {
      first = fmt::format("{} is {} x {}", candidate.name, unfit->size(-2), unfit->size(-1));
    }
    const std::string part = name_in_block(candidate.name);
    if (std::find(keep.begin(), keep.end(), part) == keep.end()) keep.push_back(part);
  }
  if (first.empty()) return;
  throw ConfigError(fmt::format(
      "[models] fp8 products want widths that are multiples of 16: {} ({})", first,
      any_fits
          ? fmt::format("train.keep_bf16 = \"{}\" keeps such layers in bf16", fmt::join(keep, ","))
          : "no layer's are: train.precision = \"bf16\" is what is left"));
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

/// Throws ConfigError for a part that fits no layer. None is chosen yet.
void require_each_fits(const std::vector<std::string>& keep,
                       const std::vector<Candidate>& candidates) {
  for (const std::string& part : keep) {
    const bool fits_any = std::any_of(candidates.begin(), candidates.end(),
                                      [&](const Candidate& c) { return fits(c.name, part); });
    if (fits_any) continue;
    std::vector<std::string> there = names_where(candidates, false);
    if (there.empty()) there.emplace_back("none");
    throw ConfigError(fmt::format(
        "[models] train.keep_bf16 names no layer that could be in fp8: \"{}\" (there is: {})", part,
        fmt::join(there, ", ")));
  }
}

}  // namespace

Fp8Layers use_fp8(torch::nn::Module& model, const std::vector<std::string>& keep) {
  std::vector<Candidate> candidates = fp8_candidates(model);
  require_each_fits(keep, candidates);
  for (Candidate& candidate : candidates) {
    candidate.chosen = std::none_of(keep.begin(), keep.end(), [&](const std::string& part) {
      return fits(candidate.name, part);
    });
  }
  if (std::none_of(candidates.begin(), candidates.end(), std::mem_fn(&Candidate::chosen))) {
    throw ConfigError(
        "[models] no layer is left to compute in fp8 (train.precision = \"bf16\" says so)");
  }
  require_widths(candidates);
  for (const Candidate& candidate : candidates) {
    if (candidate.chosen) switch_to_fp8(candidate);
  }
  return {.products = names_where(candidates, true),
          .kept_in_bf16 = names_where(candidates, false)};
}

}  // namespace assay
