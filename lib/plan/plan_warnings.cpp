#include "plan/plan_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

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

}  // namespace assay
