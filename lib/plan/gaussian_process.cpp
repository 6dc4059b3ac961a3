#include "plan/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "error/error.h"

namespace assay {

GaussianProcess::GaussianProcess(const std::vector<double>& covariance, std::vector<double> targets)
    : targets_(std::move(targets)), lower_(covariance.size(), 0) {
  const size_t n = targets_.size();
  mean_ = std::accumulate(targets_.begin(), targets_.end(), 0.0) / static_cast<double>(n);
  for (double& target : targets_) target -= mean_;
  for (size_t row = 0; row < n; ++row) {
    for (size_t column = 0; column <= row; ++column) {
      double rest = covariance[row * n + column];
      for (size_t k = 0; k < column; ++k) rest -= lower(row, k) * lower(column, k);
      if (row == column && !(rest > 0)) {
        throw InternalError("[plan] a covariance that is not positive definite");
      }
      lower_[row * n + column] = row == column ? std::sqrt(rest) : rest / lower(column, column);
    }
  }
  weights_ = solved(targets_);
}

std::vector<double> GaussianProcess::solved(const std::vector<double>& right) const {
  const size_t n = targets_.size();
  std::vector<double> x(right);
  for (size_t row = 0; row < n; ++row) {
    for (size_t k = 0; k < row; ++k) x[row] -= lower(row, k) * x[k];
    x[row] /= lower(row, row);
  }
  for (size_t row = n; row-- > 0;) {
    for (size_t k = row + 1; k < n; ++k) x[row] -= lower(k, row) * x[k];
    x[row] /= lower(row, row);
  }
  return x;
}

Prediction GaussianProcess::predict(const std::vector<double>& with_points, double own) const {
  const std::vector<double> solution = solved(with_points);
  const double mean =
      std::inner_product(with_points.begin(), with_points.end(), weights_.begin(), mean_);
  const double explained =
      std::inner_product(with_points.begin(), with_points.end(), solution.begin(), 0.0);
  return {mean, std::sqrt(std::max(0.0, own - explained))};
}

double GaussianProcess::log_likelihood() const {
  double value = -0.5 * std::inner_product(targets_.begin(), targets_.end(), weights_.begin(), 0.0);
  for (size_t row = 0; row < targets_.size(); ++row) value -= std::log(lower(row, row));
  return value;
}

}  // namespace assay
