#include "plan/plan_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace assay {
namespace {

/// The farthest that published runs went.
struct Reach {
  int64_t most_devices = 0;
  int64_t longest = 0;
  double most_flops = 0;  ///< a token
  double least_flops = std::numeric_limits<double>::infinity();
  bool has_precision = false;
};

Reach reach_of(const std::vector<PublishedThroughput>& published, const Registry& registry,
               const std::string& precision) {
  Reach reach;
  for (const PublishedThroughput& run : published) {
    reach.most_devices = std::max(reach.most_devices, run.num_devices);
    reach.longest = std::max(reach.longest, run.seq_len);
    const ModelSpec& spec = *registry.model(run.model).spec;
    const double flops = flops_per_token(spec, FlopConvention::kExactCausal, run.seq_len).value();
    reach.most_flops = std::max(reach.most_flops, flops);
    reach.least_flops = std::min(reach.least_flops, flops);
    reach.has_precision = reach.has_precision || run.precision == precision;
  }
  return reach;
}

double mfu_of(const PublishedThroughput& run, const Registry& registry) {
  const ModelSpec& spec = *registry.model(run.model).spec;
  const double flops = flops_per_token(spec, FlopConvention::kExactCausal, run.seq_len).value();
  const double peak = registry.device(run.device).peak_flops.at(run.precision).measure.value;
  return run.throughput.measure.value * flops / peak;
}

/// A published run and its MFU.
struct KnownMfu {
  std::string run;
  double mfu = 0;
};

// The highest of the runs in a precision for which `same(device)` holds.
template <class Same>
std::optional<KnownMfu> highest_mfu(const std::vector<PublishedThroughput>& published,
                                    const std::string& precision, const Registry& registry,
                                    const Same& same) {
  std::optional<KnownMfu> highest;
  for (const PublishedThroughput& run : published) {
    if (run.precision != precision || !same(registry.device(run.device))) continue;
    const double mfu = mfu_of(run, registry);
    if (!highest || mfu > highest->mfu) highest = KnownMfu{run.id, mfu};
  }
  return highest;
}

}  // namespace

std::vector<std::string> plan_warnings(const ModelSpec& spec, const TrainingRequest& request,
                                       const std::vector<PublishedThroughput>& published,
                                       const Registry& registry) {
  constexpr double kFewSequences = 100;
  constexpr int64_t kMuchLonger = 4;
  const Reach reach = reach_of(published, registry, request.precision);
  std::vector<std::string> warnings;
  if (request.num_devices > reach.most_devices) {
    warnings.push_back(fmt::format(
        "{} devices: the published runs had at most {}; communication among more is in no figure",
        request.num_devices, reach.most_devices));
  }
  const double sequences = request.tokens / static_cast<double>(request.seq_len) /
                           static_cast<double>(request.num_devices);
  if (sequences < kFewSequences) {
    warnings.push_back(fmt::format(
        "{:.3g} sequences a device in the whole training: no such batch would learn", sequences));
  }
  if (spec.max_seq_len > 0 && request.seq_len > spec.max_seq_len) {
    warnings.push_back(fmt::format("sequences of {}: the model's longest is {}", request.seq_len,
                                   spec.max_seq_len));
  } else if (request.seq_len > kMuchLonger * reach.longest) {
    warnings.push_back(fmt::format("sequences of {}: the published runs had at most {}",
                                   request.seq_len, reach.longest));
  }
  const double flops = flops_per_token(spec, FlopConvention::kExactCausal, request.seq_len).value();
  constexpr double kMuchLarger = 2;
  if (flops > kMuchLarger * reach.most_flops || kMuchLarger * flops < reach.least_flops) {
    warnings.push_back(fmt::format("{:.3g} FLOP a token: the published runs had {:.3g} to {:.3g}",
                                   flops, reach.least_flops, reach.most_flops));
  }
  if (!reach.has_precision) {
    warnings.push_back(
        fmt::format("no published run is in {}: its efficiency is that of other precisions",
                    request.precision));
  }
  return warnings;
}

std::string above_known_runs(double mfu, const TrainingRequest& request,
                             const std::vector<PublishedThroughput>& published,
                             const Registry& registry) {
  const Device& device = registry.device(request.device);
  std::string where = "on " + device.id;
  auto highest = highest_mfu(published, request.precision, registry,
                             [&](const Device& other) { return other.id == device.id; });
  if (!highest) {
    where = "on " + device.architecture;
    highest = highest_mfu(published, request.precision, registry, [&](const Device& other) {
      return other.architecture == device.architecture;
    });
  }
  if (!highest) {
    where = "on any device";
    highest =
        highest_mfu(published, request.precision, registry, [](const Device&) { return true; });
  }
  if (!highest || mfu <= highest->mfu) return {};
  return fmt::format("an MFU of {:.1f} % in {}: published runs {} reached at most {:.1f} % ({})",
                     100 * mfu, request.precision, where, 100 * highest->mfu, highest->run);
}

}  // namespace assay
