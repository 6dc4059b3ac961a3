#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error/error.h"
#include "record/probe_record.h"
#include "record/step_record.h"

/// One list of fields per record type gives both directions: `describe(visit, value)` calls
/// `visit("key", value.field)` for every field, and FieldWriter and FieldReader are the visitors.
namespace assay::record {

using Json = nlohmann::ordered_json;

class FieldWriter;
class FieldReader;

/// A record type that has a `describe`.
template <class T>
concept Described = requires(FieldWriter& visit, const T& value) {
  describe(visit, value);
};

/// Puts the fields of one record into a JSON object, in order. Doubles are written as the shortest
/// decimal that reads back to the same bits (at most 17 significant digits); JSON has no number
/// for a non-finite one, so those are the strings "nan", "inf" and "-inf".
class FieldWriter {
 public:
  template <class T>
  void operator()(const char* key, const T& value) {
    out_[key] = encode(value);
  }
  /// A key that records of earlier programs lack: written only where there is something to tell.
  template <class T>
  void where_present(const char* key, const T& value) {
    if (tells(value)) out_[key] = encode(value);
  }
  /// A key that came later: always written, and not missed where an older record lacks it.
  template <class T>
  void added(const char* key, const T& value) {
    (*this)(key, value);
  }
  [[nodiscard]] Json take() { return std::move(out_); }

 private:
  template <class T>
  static bool tells(const std::optional<T>& value) {
    return value.has_value();
  }
  template <class T>
  static bool tells(const T& value) {
    return !value.empty();
  }
  static Json encode(bool value) { return value; }
  static Json encode(int value) { return value; }
  static Json encode(int64_t value) { return value; }
  static Json encode(uint64_t value) { return value; }
  static Json encode(const std::string& value) { return value; }
  static Json encode(StepClock value) { return std::string(to_string(value)); }
  static Json encode(ProbeScaling value) { return std::string(to_string(value)); }
  static Json encode(Provenance value) { return std::string(to_string(value)); }
  static Json encode(const std::map<std::string, std::string>& value) { return Json(value); }
  static Json encode(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return value;
  }
  static Json encode(Tokens value) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    const double count = value.value();
    if (count == std::floor(count) && std::abs(count) < kExact) return static_cast<int64_t>(count);
    return encode(count);
  }
  template <class Unit>
  static Json encode(Quantity<Unit> value) {
    return encode(value.value());
  }
  template <class T>
  static Json encode(const std::optional<T>& value) {
    return value ? encode(*value) : Json(nullptr);
  }
  template <class T>
  static Json encode(const std::vector<T>& values) {
    Json array = Json::array();
    for (const T& value : values) array.push_back(encode(value));
    return array;
  }
  static Json encode(const std::array<Seconds, kPhases.size()>& phases) {
    Json object = Json::object();
    for (size_t i = 0; i < kPhases.size(); ++i) {
      object[std::string(to_string(kPhases[i]))] = encode(phases[i]);
    }
    return object;
  }
  template <Described T>
  static Json encode(const T& value) {
    FieldWriter inner;
    describe(inner, value);
    return inner.take();
  }

  Json out_ = Json::object();
};

/// Takes the fields of one record out of a JSON object. Every field must be of its type and there,
/// but for those that `where_present` names; keys that it does not know are left alone. Throws:
/// DataError with `where` and the key.
class FieldReader {
 public:
  FieldReader(const Json& in, std::string where) : in_(in), where_(std::move(where)) {
    if (!in.is_object()) fail("", "an object");
    next_ = in.begin();
  }

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = find(key);
    if (found == in_.end()) {
      throw DataError(fmt::format("[record] {}: missing key \"{}\"", where_, key));
    }
    decode(*found, value, key);
  }
  /// A key that records of earlier programs lack; the value stays as it is there.
  template <class T>
  void where_present(const char* key, T& value) {
    if (const auto found = find(key); found != in_.end()) decode(*found, value, key);
  }
  /// A key that came later: `value` stays as it is where the record has none.
  template <class T>
  void added(const char* key, T& value) {
    if (const auto found = find(key); found != in_.end()) decode(*found, value, key);
  }

 private:
  // Keys mostly come in the order in which they are asked for.
  [[nodiscard]] Json::const_iterator find(const char* key) {
    if (next_ != in_.end() && next_.key() == key) return next_++;
    const auto found = in_.find(key);
    if (found != in_.end()) next_ = std::next(found);
    return found;
  }

  [[noreturn]] void fail(std::string_view key, std::string_view wanted) const {
    throw DataError(fmt::format("[record] {}: \"{}\" is not {}", where_, key, wanted));
  }

  void decode(const Json& in, bool& value, const char* key) const {
    if (!in.is_boolean()) fail(key, "true or false");
    value = in.get<bool>();
  }
  template <class Int>
  requires(std::integral<Int> && !std::same_as<Int, bool>) void decode(const Json& in, Int& value,
                                                                       const char* key) const {
    if (!in.is_number_integer()) fail(key, "an integer");
    const bool negative = !in.is_number_unsigned() && in.get<int64_t>() < 0;
    const bool fits =
        negative ? std::in_range<Int>(in.get<int64_t>()) : std::in_range<Int>(in.get<uint64_t>());
    if (!fits) fail(key, "an integer in range");
    value = in.get<Int>();
  }
  void decode(const Json& in, double& value, const char* key) const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (in.is_number()) {
      value = in.get<double>();
    } else if (in == "nan") {
      value = std::numeric_limits<double>::quiet_NaN();
    } else if (in == "inf") {
      value = kInfinity;
    } else if (in == "-inf") {
      value = -kInfinity;
    } else {
      fail(key, "a number");
    }
  }
  void decode(const Json& in, std::string& value, const char* key) const {
    if (!in.is_string()) fail(key, "a string");
    value = in.get<std::string>();
  }
  template <class Unit>
  void decode(const Json& in, Quantity<Unit>& value, const char* key) const {
    double number = 0;
    decode(in, number, key);
    value = Quantity<Unit>(number);
  }
  void decode(const Json& in, StepClock& value, const char* key) const {
    decode_enum(in, value, key, std::array{StepClock::kSteady, StepClock::kCudaEvents});
  }
  void decode(const Json& in, Provenance& value, const char* key) const {
    decode_enum(in, value, key,
                std::array{Provenance::kMeasured, Provenance::kDerived, Provenance::kQuoted,
                           Provenance::kAssumed});
  }
  void decode(const Json& in, ProbeScaling& value, const char* key) const {
    decode_enum(in, value, key,
                std::array{ProbeScaling::kPeak, ProbeScaling::kBandwidth,
                           ProbeScaling::kInterconnect, ProbeScaling::kNone});
  }
  template <class Enum, size_t N>
  void decode_enum(const Json& in, Enum& value, const char* key,
                   const std::array<Enum, N>& known) const {
    for (const Enum candidate : known) {
      if (in == std::string(to_string(candidate))) {
        value = candidate;
        return;
      }
    }
    fail(key, "a known name");
  }
  template <class T>
  void decode(const Json& in, std::optional<T>& value, const char* key) const {
    value.reset();
    if (!in.is_null()) decode(in, value.emplace(), key);
  }
  template <class T>
  void decode(const Json& in, std::vector<T>& values, const char* key) const {
    if (!in.is_array()) fail(key, "an array");
    values.clear();
    for (const Json& element : in) decode(element, values.emplace_back(), key);
  }
  void decode(const Json& in, std::map<std::string, std::string>& values, const char* key) const {
    if (!in.is_object()) fail(key, "an object");
    values.clear();
    for (const auto& [name, text] : in.items()) decode(text, values[name], key);
  }
  void decode(const Json& in, std::array<Seconds, kPhases.size()>& phases, const char* key) const {
    FieldReader inner(in, fmt::format("{}: \"{}\"", where_, key));
    for (size_t i = 0; i < kPhases.size(); ++i) {
      inner(std::string(to_string(kPhases[i])).c_str(), phases[i]);
    }
  }
  template <Described T>
  void decode(const Json& in, T& value, const char* key) const {
    FieldReader inner(in, fmt::format("{}: \"{}\"", where_, key));
    describe(inner, value);
  }

  const Json& in_;
  std::string where_;
  Json::const_iterator next_;
};

}  // namespace assay::record
