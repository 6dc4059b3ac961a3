#pragma once

#include <string>
#include <vector>

#include "plan/gaussian_process.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"

namespace assay {

/// What decides how near to its roofline a training comes.
struct EfficiencyCase {
  bool mixture = false;
  std::string precision;
  std::string architecture;  ///< of the device
  std::string software;      ///< empty: not chosen
  double flops_per_token = 0;
};

/// A case with the share of the roofline that was published for it.
struct KnownEfficiency {
  std::string id;  ///< of its PublishedThroughput
  EfficiencyCase in;
  double efficiency = 0;
};

/// Median and 90 % interval of a share of the roofline.
struct EfficiencyEstimate {
  double median = 0;
  double low = 0;
  double high = 0;
};

/// How strongly cases that share a property resemble each other, as standard deviations of the
/// logarithm of the efficiency.
struct Likeness {
  double kind = 0;      ///< each of: mixture or dense, precision, architecture
  double chip = 0;      ///< the same architecture and kind: mixtures gain most of links to many
  double software = 0;  ///< the same software
  double family = 0;    ///< the same software, precision and kind
  double slope = 0;     ///< per decade of FLOPs a token, within software and kind
  double noise = 0;     ///< what no property explains
};

/// Predicts the efficiency of a training from published ones: Gaussian processes on its logarithm,
/// one for each likeness of a fixed grid, taken together by the marginal likelihood that each gives
/// the rows at hand. No efficiency is assumed: with few rows like a case the interval is wide.
class EfficiencyModel {
 public:
  /// Throws: DataError where there are fewer than three rows.
  explicit EfficiencyModel(std::vector<KnownEfficiency> rows);

  [[nodiscard]] EfficiencyEstimate predict(const EfficiencyCase& in) const;
  [[nodiscard]] const std::vector<KnownEfficiency>& rows() const { return rows_; }

 private:
  /// One likeness of the grid.
  struct Member {
    Likeness likeness;
    GaussianProcess process;
    double weight = 0;  ///< of all members 1
  };

  std::vector<KnownEfficiency> rows_;
  std::vector<Member> members_;
};

/// The published runs with the share of the roofline that each reached.
std::vector<KnownEfficiency> known_efficiencies(const std::vector<PublishedThroughput>& runs,
                                                const Registry& registry);

/// The case of a model on a device.
EfficiencyCase efficiency_case(const ModelSpec& spec, const Device& device,
                               const std::string& precision, int64_t seq_len,
                               const std::string& software);

}  // namespace assay
