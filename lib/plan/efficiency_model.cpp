#include "plan/efficiency_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "error/error.h"
#include "plan/roofline.h"

namespace assay {
namespace {

constexpr double kBroad = 1.0;  // standard deviation of the level that all cases share
constexpr double kNinetyPercent = 1.6448536269514722;  // normal quantile of 0.95
constexpr size_t kFewestRows = 3;

double decades(const EfficiencyCase& in) {
  constexpr double kMiddle = 5e10;  // FLOPs a token in the midst of the published runs
  return std::log10(in.flops_per_token / kMiddle);
}

double covariance(const EfficiencyCase& a, const EfficiencyCase& b, const Likeness& like) {
  const auto square = [](double x) { return x * x; };
  double sum = square(kBroad);
  const int shared = int{a.mixture == b.mixture} + int{a.precision == b.precision} +
                     int{a.architecture == b.architecture};
  sum += square(like.kind) * shared;
  if (a.mixture == b.mixture && a.architecture == b.architecture) sum += square(like.chip);
  if (a.software != b.software || a.software.empty()) return sum;
  sum += square(like.software);
  if (a.mixture != b.mixture) return sum;
  sum += square(like.slope) * decades(a) * decades(b);
  if (a.precision == b.precision) sum += square(like.family);
  return sum;
}

// Of one case with itself, as a new run of it would vary: likenesses of a software that was not
// chosen count in full.
double own_variance(const EfficiencyCase& in, const Likeness& like) {
  EfficiencyCase named = in;
  if (named.software.empty()) named.software = "any";
  return covariance(named, named, like) + like.noise * like.noise;
}

GaussianProcess process(const std::vector<KnownEfficiency>& rows, const Likeness& like) {
  std::vector<double> matrix;
  std::vector<double> targets;
  matrix.reserve(rows.size() * rows.size());
  for (const KnownEfficiency& a : rows) {
    targets.push_back(std::log(a.efficiency));
    for (const KnownEfficiency& b : rows) {
      const double noise = &a == &b ? like.noise * like.noise : 0;
      matrix.push_back(covariance(a.in, b.in, like) + noise);
    }
  }
  return {matrix, std::move(targets)};
}

std::vector<Likeness> likeness_grid() {
  std::vector<Likeness> grid;
  for (const double kind : {0.1, 0.2, 0.4}) {
    for (const double chip : {0.0, 0.2, 0.4}) {
      for (const double software : {0.1, 0.3}) {
        for (const double family : {0.05, 0.1, 0.2, 0.4}) {
          for (const double slope : {0.0, 0.1, 0.2}) {
            for (const double noise : {0.03, 0.06, 0.1, 0.15}) {
              grid.push_back({kind, chip, software, family, slope, noise});
            }
          }
        }
      }
    }
  }
  return grid;
}

}  // namespace

EfficiencyModel::EfficiencyModel(std::vector<KnownEfficiency> rows) : rows_(std::move(rows)) {
  if (rows_.size() < kFewestRows) {
    throw DataError(
        fmt::format("[plan] too few published throughputs to reckon with: {}", rows_.size()));
  }
  std::vector<double> likelihoods;
  double best = -std::numeric_limits<double>::infinity();
  for (const Likeness& like : likeness_grid()) {
    members_.push_back({like, process(rows_, like), 0});
    likelihoods.push_back(members_.back().process.log_likelihood());
    best = std::max(best, likelihoods.back());
  }
  constexpr double kLeastWeight = 1e-3;  // against the best
  double sum = 0;
  for (size_t i = 0; i < members_.size(); ++i) {
    const double weight = std::exp(likelihoods[i] - best);
    members_[i].weight = weight < kLeastWeight ? 0 : weight;
    sum += members_[i].weight;
  }
  std::erase_if(members_, [](const Member& member) { return member.weight == 0; });
  for (Member& member : members_) member.weight /= sum;
}

// Mean and variance of the mixture of all members.
EfficiencyEstimate EfficiencyModel::predict(const EfficiencyCase& in) const {
  double mean = 0;
  double square = 0;
  for (const Member& member : members_) {
    std::vector<double> with_rows;
    with_rows.reserve(rows_.size());
    for (const KnownEfficiency& row : rows_) {
      with_rows.push_back(covariance(in, row.in, member.likeness));
    }
    const Prediction at = member.process.predict(with_rows, own_variance(in, member.likeness));
    mean += member.weight * at.mean;
    square += member.weight * (at.mean * at.mean + at.deviation * at.deviation);
  }
  const double half = kNinetyPercent * std::sqrt(std::max(0.0, square - mean * mean));
  const auto share = [](double log) { return std::exp(std::min(log, 0.0)); };  // of a bound
  return {share(mean), share(mean - half), share(mean + half)};
}

EfficiencyCase efficiency_case(const ModelSpec& spec, const Device& device,
                               const std::string& precision, int64_t seq_len,
                               const std::string& software) {
  return {.mixture = spec.num_experts > 0,
          .precision = precision,
          .architecture = device.architecture,
          .software = software,
          .flops_per_token = flops_per_token(spec, FlopConvention::kExactCausal, seq_len).value()};
}

std::vector<KnownEfficiency> known_efficiencies(const std::vector<PublishedThroughput>& runs,
                                                const Registry& registry) {
  std::vector<KnownEfficiency> known;
  for (const PublishedThroughput& run : runs) {
    const ModelSpec& spec = *registry.model(run.model).spec;
    const Device& device = registry.device(run.device);
    const double least = roofline_time(spec, device, run.precision, run.seq_len).total();
    known.push_back({.id = run.id,
                     .in = efficiency_case(spec, device, run.precision, run.seq_len, run.software),
                     .efficiency = least * run.throughput.measure.value});
  }
  return known;
}

}  // namespace assay
