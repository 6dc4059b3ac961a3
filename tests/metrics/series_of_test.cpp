#include "metrics/series_of.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

namespace {

/// Gauges of two labels, and how many were made.
struct Gauges {
  Gauges() { series.open(prometheus::BuildGauge().Name("g").Help("h").Register(registry)); }

  prometheus::Gauge& find(const std::string& a, const std::string& b) {
    return series.find(
        {a, b}, [&](auto& family) -> auto& {
          ++num_made;
          return family.Add({{"a", a}, {"b", b}});
        });
  }

  prometheus::Registry registry;
  assay::SeriesOf<prometheus::Gauge> series;
  int num_made = 0;
};

}  // namespace

TEST_CASE("a series is made once for its values") {
  Gauges gauges;
  prometheus::Gauge& first = gauges.find("x", "y");
  CHECK(&gauges.find("x", "y") == &first);
  CHECK(gauges.num_made == 1);
}

TEST_CASE("values that read the same side by side are other series") {
  Gauges gauges;
  CHECK(&gauges.find("ab", "c") != &gauges.find("a", "bc"));
  CHECK(&gauges.find("", "abc") != &gauges.find("abc", ""));
  CHECK(gauges.num_made == 4);
}

TEST_CASE("a series that was removed is made anew, and removing none is nothing") {
  Gauges gauges;
  gauges.find("x", "y").Set(3);
  gauges.series.remove({"x", "y"});
  gauges.series.remove({"x", "y"});
  CHECK(gauges.registry.Collect().empty());
  CHECK(gauges.find("x", "y").Value() == 0);
  CHECK(gauges.num_made == 2);
}

TEST_CASE("threads that ask for one series get one") {
  Gauges gauges;
  std::vector<prometheus::Gauge*> found(4);
  std::vector<std::thread> threads;
  for (prometheus::Gauge*& one : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) one = &gauges.find("x", std::to_string(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(gauges.num_made == 100);
  for (const prometheus::Gauge* one : found) CHECK(one == found[0]);
}
