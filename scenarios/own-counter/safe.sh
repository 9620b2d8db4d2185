#!/bin/sh
# A counter that counts once: a transaction with the token of its operation.

# member NAME prints the value of a member of $line, without quotes.
member() {
	rest=${line#*\""$1"\":}
	rest=${rest%%[,\}]*}
	rest=${rest#\"}
	echo "${rest%\"}"
}

# add AMOUNT adds to the counter, until no other transaction is in the way.
add() {
	until problem=$(aws dynamodb transact-write-items --client-request-token "$token" --transact-items "[{\"Update\":{
		\"TableName\":\"$CONTEND_TABLE\",\"Key\":{\"id\":{\"S\":\"$counter\"}},\"UpdateExpression\":\"ADD #number :by\",
		\"ExpressionAttributeNames\":{\"#number\":\"value\"},\"ExpressionAttributeValues\":{\":by\":{\"N\":\"$1\"}}}}]" 2>&1); do
		echo "$problem" >&2
		case $problem in *TransactionConflict*) ;; *) return 1 ;; esac
	done
}

# value prints the counter's value.
value() {
	aws dynamodb get-item --table-name "$CONTEND_TABLE" --key "{\"id\":{\"S\":\"$counter\"}}" \
		--consistent-read --query Item.value.N --output text
}

while read -r line; do
	id=$(member id) counter=$(member counter) by=$(member by) token=$(member token) end=applied value=null
	case $(member do) in
	hello) echo '{"ready":true}' && continue ;;
	bye) exit ;;
	increment) add "$by" || end=unknown ;;
	decrement) add "-$by" || end=unknown ;;
	read) value=$(value) || end=failed value=null ;;
	esac
	echo "{\"id\":$id,\"end\":\"$end\",\"value\":$value}"
done
