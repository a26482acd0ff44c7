// Stands in for `debug` in what is packed.
module.exports = () => () => undefined;
