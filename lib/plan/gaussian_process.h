#pragma once

#include <cstddef>
#include <vector>

namespace assay {

/// A prediction with its standard deviation.
struct Prediction {
  double mean = 0;
  double deviation = 0;
};

/// Gaussian-process regression of few points. The mean of the targets is taken out first.
/// Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1.
class GaussianProcess {
 public:
  /// `covariance` [n * n], row by row, with the noise on its diagonal; `targets` [n]. Throws:
  /// InternalError where the matrix is not positive definite.
  GaussianProcess(const std::vector<double>& covariance, std::vector<double> targets);

  /// The target at a point: `with_points` [n] are its covariances with the points, `own` its
  /// variance with the noise.
  [[nodiscard]] Prediction predict(const std::vector<double>& with_points, double own) const;
  /// Logarithm of the marginal likelihood, less its constant.
  [[nodiscard]] double log_likelihood() const;

 private:
  [[nodiscard]] double lower(size_t row, size_t column) const {
    return lower_[row * targets_.size() + column];
  }
  [[nodiscard]] std::vector<double> solved(const std::vector<double>& right) const;

  std::vector<double> targets_;  ///< less their mean
  double mean_ = 0;
  std::vector<double> lower_;  ///< Cholesky factor, row by row
  std::vector<double> weights_;
};

}  // namespace assay
